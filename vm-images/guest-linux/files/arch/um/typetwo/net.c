// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network: eth0, an interface whose cable ends in a TAP interface of the host.  A frame is one
 * host call, and that is dear.  So a frame may be far longer than a cable would take, and come
 * without a checksum: its head says where it could be cut and what is not summed up yet.  Nobody
 * does either as long as it stays in this machine.
 */
#include <linux/etherdevice.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/sizes.h>
#include <linux/virtio_net.h>
#include <asm/typetwo.h>

#define MTU_MOST 65521 /* a TAP interface's */
/* All that Linux puts into one frame, and room for the longest head of one. */
#define DATA_MOST (SZ_64K + SZ_2K)
/* A frame up to this is in one piece of memory, of a longer one so much: as a rule all its headers. */
#define SHORT ETH_FRAME_LEN
#define HEADERS 128

/* What the host reads and writes. */
struct packet {
	struct virtio_net_hdr head;
	unsigned char data[DATA_MOST];
} __packed;

struct tap {
	const struct tt_device *device;
	struct net_device *netdev;
	struct napi_struct napi;
	struct packet *sent, *received;
};

/*
 * A frame that the host does not take is lost, as on any cable: its interface may be down (EIO),
 * and come up again.  When it is gone (EBADFD) it does not come back.
 */
static long transfer(struct tap *tap, unsigned int nr, struct packet *packet, size_t count)
{
	long n;

	do
		n = host_call(nr, tap->device->fd, (unsigned long)packet, count, 0, 0);
	while (n == -EINTR);
	if (n == -EBADFD && netif_carrier_ok(tap->netdev)) {
		netdev_err(tap->netdev, "the host's interface is gone\n");
		netif_carrier_off(tap->netdev);
	}
	return n;
}

/*
 * From a frame in its pieces to one that is in one piece, or back.  Word by word: skb_copy_bits() and
 * skb_store_bits() go byte by byte.
 */
static void copy_frame(struct sk_buff *skb, unsigned char *data, bool to_skb)
{
	const skb_frag_t *next = skb_shinfo(skb)->frags;
	unsigned char *piece = skb->data;
	unsigned int size = skb_headlen(skb);

	for (int left = skb_shinfo(skb)->nr_frags;; left--) {
		__memcpy(to_skb ? piece : data, to_skb ? data : piece, size);
		if (!left)
			break;
		data += size;
		piece = skb_frag_address(next);
		size = skb_frag_size(next++);
	}
}

static bool send(struct tap *tap, struct sk_buff *skb)
{
	struct packet *packet = tap->sent;
	size_t count = sizeof(packet->head) + skb->len;

	if (skb->len > sizeof(packet->data) ||
	    virtio_net_hdr_from_skb(skb, &packet->head, true, false, 0) < 0)
		return false;
	copy_frame(skb, packet->data, false);
	return transfer(tap, __NR_write, packet, count) == count;
}

static netdev_tx_t start_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	if (send(netdev_priv(netdev), skb)) {
		netdev->stats.tx_packets++;
		netdev->stats.tx_bytes += skb->len;
	} else {
		netdev->stats.tx_errors++;
	}
	consume_skb(skb);
	return NETDEV_TX_OK;
}

/* A frame with so many bytes of data, or NULL. */
static struct sk_buff *make_skb(struct tap *tap, int n)
{
	int err, first = n <= SHORT ? n : HEADERS;
	struct sk_buff *skb = alloc_skb_with_frags(first, n - first, 0, &err,
						   GFP_ATOMIC | __GFP_NOWARN);

	if (!skb)
		return NULL;
	skb_put(skb, first);
	skb->data_len = n - first;
	skb->len = n;
	copy_frame(skb, tap->received->data, true);
	if (virtio_net_hdr_to_skb(skb, &tap->received->head, true) < 0) {
		kfree_skb(skb);
		return NULL;
	}
	skb->protocol = eth_type_trans(skb, tap->netdev);
	return skb;
}

/* True if there was a frame, whatever became of it. */
static bool receive(struct tap *tap)
{
	struct net_device_stats *stats = &tap->netdev->stats;
	long n = transfer(tap, __NR_read, tap->received, sizeof(*tap->received));
	struct sk_buff *skb = NULL;

	if (n <= 0)
		return false;
	n -= sizeof(tap->received->head);
	if (n >= ETH_HLEN)
		skb = make_skb(tap, n);
	if (skb) {
		stats->rx_packets++;
		stats->rx_bytes += n;
		netif_receive_skb(skb); /* the host's frames are long: nothing to put together */
	} else {
		stats->rx_dropped++;
	}
	return true;
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
	tap->sent = alloc_pages_exact(sizeof(struct packet), GFP_KERNEL);
	tap->received = alloc_pages_exact(sizeof(struct packet), GFP_KERNEL);
	err = -ENOMEM;
	if (!tap->sent || !tap->received)
		goto fail;
	netdev->netdev_ops = &net_ops;
	netdev->max_mtu = MTU_MOST;
	netdev->priv_flags |= IFF_NO_QUEUE; /* a frame is sent or lost, and never has to wait */
	netdev->hw_features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_TSO | NETIF_F_TSO6;
	netdev->features = netdev->hw_features;
	eth_hw_addr_random(netdev);
	netif_napi_add(netdev, &tap->napi, poll);
	err = register_netdev(netdev);
	if (!err)
		return 0;
fail:
	if (tap->sent)
		free_pages_exact(tap->sent, sizeof(struct packet));
	if (tap->received)
		free_pages_exact(tap->received, sizeof(struct packet));
	free_netdev(netdev);
	return err;
}
device_initcall(net_init);
