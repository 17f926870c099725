// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network: eth0, an interface whose cable ends in a TAP interface of the host.  A frame is one
 * host call.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <asm/typetwo.h>

struct tap {
	const struct tt_device *device;
	struct net_device *netdev;
	struct napi_struct napi;
};

/*
 * A frame that the host does not take is lost, as on any cable: its interface may be down (EIO),
 * and come up again.  When it is gone (EBADFD) it does not come back.
 */
static long transfer(struct tap *tap, unsigned int nr, void *frame, unsigned int count)
{
	long n;

	do
		n = host_call(nr, tap->device->fd, (unsigned long)frame, count, 0, 0);
	while (n == -EINTR);
	if (n == -EBADFD && netif_carrier_ok(tap->netdev)) {
		netdev_err(tap->netdev, "the host's interface is gone\n");
		netif_carrier_off(tap->netdev);
	}
	return n;
}

static netdev_tx_t start_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct tap *tap = netdev_priv(netdev);

	if (transfer(tap, __NR_write, skb->data, skb->len) == skb->len) {
		netdev->stats.tx_packets++;
		netdev->stats.tx_bytes += skb->len;
	} else {
		netdev->stats.tx_errors++;
	}
	consume_skb(skb);
	return NETDEV_TX_OK;
}

/* True if there was a frame, whatever became of it. */
static bool receive(struct tap *tap)
{
	struct net_device *netdev = tap->netdev;
	unsigned int room = netdev->mtu + ETH_HLEN + VLAN_HLEN;
	struct sk_buff *skb = napi_alloc_skb(&tap->napi, room);
	char lost[ETH_HLEN];
	long n;

	n = transfer(tap, __NR_read, skb ? (char *)skb->data : lost, skb ? room : sizeof(lost));
	if (n >= ETH_HLEN && skb) {
		skb_put(skb, n);
		skb->protocol = eth_type_trans(skb, netdev);
		netdev->stats.rx_packets++;
		netdev->stats.rx_bytes += n;
		napi_gro_receive(&tap->napi, skb);
		return true;
	}
	kfree_skb(skb);
	if (n > 0)
		netdev->stats.rx_dropped++;
	return n > 0;
}

static int poll(struct napi_struct *napi, int budget)
{
	struct tap *tap = container_of(napi, struct tap, napi);
	int n = 0;

	while (n < budget && receive(tap))
		n++;
	if (n < budget)
		napi_complete_done(napi, n);
	return n;
}

/* Perhaps it is another device's, for they share a signal.  Then there will be nothing to read. */
static irqreturn_t interrupt(int irq, void *data)
{
	struct tap *tap = data;

	napi_schedule(&tap->napi);
	return IRQ_HANDLED;
}

static int net_open(struct net_device *netdev)
{
	struct tap *tap = netdev_priv(netdev);
	int err;

	napi_enable(&tap->napi);
	err = request_irq(tap->device->signal, interrupt, IRQF_SHARED, netdev->name, tap);
	if (err) {
		napi_disable(&tap->napi);
		return err;
	}
	napi_schedule(&tap->napi); /* what came before anyone listened */
	return 0;
}

static int net_stop(struct net_device *netdev)
{
	struct tap *tap = netdev_priv(netdev);

	free_irq(tap->device->signal, tap);
	napi_disable(&tap->napi);
	return 0;
}

static const struct net_device_ops net_ops = {
	.ndo_open = net_open,
	.ndo_stop = net_stop,
	.ndo_start_xmit = start_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static int __init net_init(void)
{
	const struct tt_device *device = tt_find_device(TT_DEV_NET, 0);
	struct net_device *netdev;
	struct tap *tap;
	int err;

	if (!device)
		return 0;
	netdev = alloc_etherdev(sizeof(*tap));
	if (!netdev)
		return -ENOMEM;
	tap = netdev_priv(netdev);
	tap->device = device;
	tap->netdev = netdev;
	netdev->netdev_ops = &net_ops;
	eth_hw_addr_random(netdev);
	netif_napi_add(netdev, &tap->napi, poll);
	err = register_netdev(netdev);
	if (err)
		free_netdev(netdev);
	return err;
}
device_initcall(net_init);
