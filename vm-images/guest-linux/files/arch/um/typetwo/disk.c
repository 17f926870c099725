// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks: /dev/tda, tdb... and, read-only, CD-ROMs: /dev/tra, trb...  A request is one or a few host
 * calls on the spot, and the machine waits for them; or, when it has a queue, one call that tells
 * the queue, and an interrupt later on.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/slab.h>
#include <asm/typetwo.h>

#define MINORS 16

struct disk {
	const struct tt_device *device;
	struct blk_mq_tag_set tags;
	struct gendisk *gendisk;
	struct list_head list;
};

static LIST_HEAD(disks);
static const struct tt_device *queue;

static long transfer(const struct tt_device *device, bool write, char *buffer, size_t count,
		     loff_t offset)
{
	long n;

	while (count) {
		n = host_call(write ? __NR_pwrite64 : __NR_pread64, device->fd,
			      (unsigned long)buffer, count, offset, offset >> 32);
		if (n == -EINTR)
			continue;
		if (n <= 0)
			return n ?: -EIO;
		buffer += n;
		count -= n;
		offset += n;
	}
	return 0;
}

static long serve(struct disk *disk, struct request *request)
{
	loff_t offset = blk_rq_pos(request) << SECTOR_SHIFT;
	struct req_iterator i;
	struct bio_vec vec;
	long err = 0;

	switch (req_op(request)) {
	case REQ_OP_FLUSH:
		return host_call(__NR_fdatasync, disk->device->fd, 0, 0, 0, 0);
	case REQ_OP_READ:
	case REQ_OP_WRITE:
		rq_for_each_bvec(vec, request, i) {
			err = transfer(disk->device, op_is_write(req_op(request)),
				       page_address(vec.bv_page) + vec.bv_offset, vec.bv_len,
				       offset);
			if (err)
				break;
			offset += vec.bv_len;
		}
		return err;
	default:
		return -EOPNOTSUPP;
	}
}

static blk_status_t queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *data)
{
	struct disk *disk = hctx->queue->queuedata;

	blk_mq_start_request(data->rq);
	blk_mq_end_request(data->rq, errno_to_blk_status(serve(disk, data->rq)));
	return BLK_STS_OK;
}

static const struct blk_mq_ops disk_mq_ops = {
	.queue_rq = queue_rq,
};

/* ---- with a queue ---- */

/* A request's own memory is its result. */
static void finish(struct request *request, int result)
{
	*(blk_status_t *)blk_mq_rq_to_pdu(request) = errno_to_blk_status(result);
	blk_mq_complete_request(request);
}

static void finish_rq(struct request *request)
{
	blk_mq_end_request(request, *(blk_status_t *)blk_mq_rq_to_pdu(request));
}

static long submit(struct disk *disk, struct request *request)
{
	struct tt_request r = {
		.device = disk->device - tt_boot.device,
		.tag = (unsigned long)request,
	};
	struct req_iterator i;
	struct bio_vec vec;
	long n;

	switch (req_op(request)) {
	case REQ_OP_FLUSH:
		r.op = TT_IO_SYNC;
		break;
	case REQ_OP_READ:
	case REQ_OP_WRITE:
		r.op = op_is_write(req_op(request)) ? TT_IO_WRITE : TT_IO_READ;
		r.offset = (u64)blk_rq_pos(request) << SECTOR_SHIFT; /* a flush has none */
		rq_for_each_bvec(vec, request, i) {
			r.segment[r.segments].ram = page_to_phys(vec.bv_page) + vec.bv_offset;
			r.segment[r.segments++].bytes = vec.bv_len;
		}
		break;
	default:
		return -EOPNOTSUPP;
	}
	n = host_write(queue->fd, &r, offsetof(struct tt_request, segment[r.segments]));
	return n < 0 ? n : 0;
}

/*
 * Without interrupts: its completion must not come before the request has been started, nor a
 * second one when the queue breaks at this moment.  A full queue is no error: the request comes
 * again some milliseconds later.  It does not wait for a completion, as after
 * BLK_STS_DEV_RESOURCE: those under way may all be other disks'.
 */
static blk_status_t queue_rq_async(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *data)
{
	unsigned long flags;
	long err;

	local_irq_save(flags);
	blk_mq_start_request(data->rq);
	err = submit(hctx->queue->queuedata, data->rq);
	if (err && err != -EAGAIN)
		finish(data->rq, err);
	local_irq_restore(flags);
	return err == -EAGAIN ? BLK_STS_RESOURCE : BLK_STS_OK;
}

static const struct blk_mq_ops async_mq_ops = {
	.queue_rq = queue_rq_async,
	.complete = finish_rq,
};

static bool finish_broken(struct request *request, void *data)
{
	if (!blk_mq_request_completed(request))
		finish(request, -EIO);
	return true;
}

static irqreturn_t queue_interrupt(int irq, void *data)
{
	struct tt_completion c;
	struct disk *disk;
	long n;

	for (;;) {
		n = host_read(queue->fd, &c, sizeof(c));
		if (n == sizeof(c))
			finish((struct request *)c.tag, c.result);
		else if (n != -EINTR)
			break;
	}
	if (n != -EAGAIN)
		list_for_each_entry(disk, &disks, list)
			blk_mq_tagset_busy_iter(&disk->tags, finish_broken, NULL);
	return IRQ_HANDLED;
}

/* ---- for either ---- */

static const struct block_device_operations disk_ops = {
	.owner = THIS_MODULE,
};

static int __init add(const struct tt_device *device, int major, unsigned int n, const char *prefix)
{
	struct disk *disk = kzalloc(sizeof(*disk), GFP_KERNEL);
	struct gendisk *gendisk;
	int err;

	if (!disk)
		return -ENOMEM;
	disk->device = device;
	disk->tags.ops = queue ? &async_mq_ops : &disk_mq_ops;
	disk->tags.cmd_size = sizeof(blk_status_t);
	disk->tags.nr_hw_queues = 1;
	disk->tags.queue_depth = 16;
	disk->tags.numa_node = NUMA_NO_NODE;
	disk->tags.flags = BLK_MQ_F_SHOULD_MERGE;
	err = blk_mq_alloc_tag_set(&disk->tags);
	if (err)
		goto free;
	gendisk = blk_mq_alloc_disk(&disk->tags, disk);
	if (IS_ERR(gendisk)) {
		err = PTR_ERR(gendisk);
		goto free_tags;
	}
	disk->gendisk = gendisk;
	gendisk->major = major;
	gendisk->first_minor = n * MINORS;
	gendisk->minors = MINORS;
	gendisk->fops = &disk_ops;
	snprintf(gendisk->disk_name, sizeof(gendisk->disk_name), "%s%c", prefix, 'a' + n);
	set_capacity(gendisk, device->bytes >> SECTOR_SHIFT);
	if (device->kind == TT_DEV_CDROM || device->flags & TT_DEV_READ_ONLY)
		set_disk_ro(gendisk, true);
	else
		blk_queue_write_cache(gendisk->queue, true, false);
	blk_queue_flag_clear(QUEUE_FLAG_ADD_RANDOM, gendisk->queue);
	blk_queue_max_hw_sectors(gendisk->queue, 1024);
	blk_queue_max_segments(gendisk->queue, TT_SEGMENTS_MAX);
	blk_queue_max_segment_size(gendisk->queue, UINT_MAX);
	list_add(&disk->list, &disks);
	err = add_disk(gendisk);
	if (!err)
		return 0;
	list_del(&disk->list);
	put_disk(gendisk);
free_tags:
	blk_mq_free_tag_set(&disk->tags);
free:
	kfree(disk);
	return err;
}

static int __init disk_init(void)
{
	const struct tt_device *device;
	unsigned int n;
	int tds = register_blkdev(0, "typetwo-disk");
	int trs = register_blkdev(0, "typetwo-cdrom");

	queue = tt_find_device(TT_DEV_QUEUE, 0);
	if (queue && request_irq(queue->signal, queue_interrupt, IRQF_SHARED, "queue", &disks))
		queue = NULL;
	for (n = 0; (device = tt_find_device(TT_DEV_DISK, n)); n++)
		if (tds < 0 || add(device, tds, n, "td"))
			pr_err("disk %u: not added\n", n);
	for (n = 0; (device = tt_find_device(TT_DEV_CDROM, n)); n++)
		if (trs < 0 || add(device, trs, n, "tr"))
			pr_err("CD-ROM %u: not added\n", n);
	return 0;
}
device_initcall(disk_init);
