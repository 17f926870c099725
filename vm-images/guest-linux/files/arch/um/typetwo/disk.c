// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks: /dev/tda, tdb... and, read-only, CD-ROMs: /dev/tra, trb...  A request is one or a few host
 * calls on the spot; the machine waits for them.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <asm/typetwo.h>

#define MINORS 16

struct disk {
	const struct tt_device *device;
	struct blk_mq_tag_set tags;
	struct gendisk *gendisk;
};

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

static const struct blk_mq_ops queue_ops = {
	.queue_rq = queue_rq,
};

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
	disk->tags.ops = &queue_ops;
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
	blk_queue_max_segment_size(gendisk->queue, UINT_MAX);
	err = add_disk(gendisk);
	if (!err)
		return 0;
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
	int disks = register_blkdev(0, "typetwo-disk");
	int cdroms = register_blkdev(0, "typetwo-cdrom");

	for (n = 0; (device = tt_find_device(TT_DEV_DISK, n)); n++)
		if (disks < 0 || add(device, disks, n, "td"))
			pr_err("disk %u: not added\n", n);
	for (n = 0; (device = tt_find_device(TT_DEV_CDROM, n)); n++)
		if (cdroms < 0 || add(device, cdroms, n, "tr"))
			pr_err("CD-ROM %u: not added\n", n);
	return 0;
}
device_initcall(disk_init);
