/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The interpreter in a kernel: two files in debugfs. What is written to netpage/program, from
 * open to close, is a program; opening netpage/log plays it, and what is read is its log.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "interpreter.h"

/* A text of any length that is written once: pieces, so that it never moves. */
#define PIECE_SIZE (1UL << 20)
#define PIECES_MAX 1024

struct pieces {
	char *piece[PIECES_MAX];
	size_t len;
	bool cut; /* more was written than there was memory for */
};

/* There is one interpreter: debugfs files have no other place for what they share. */
static struct {
	struct mutex lock;
	char *program;
	size_t len, room;
	struct pieces log;
} front = {
	.lock = __MUTEX_INITIALIZER(front.lock),
};

static void pieces_free(struct pieces *pieces)
{
	for (size_t i = 0; i < PIECES_MAX; i++)
		vfree(pieces->piece[i]);
	memset(pieces, 0, sizeof(*pieces));
}

static void pieces_write(struct pieces *pieces, const char *text, size_t len)
{
	while (len) {
		size_t i = pieces->len / PIECE_SIZE, at = pieces->len % PIECE_SIZE;
		size_t n = min(len, PIECE_SIZE - at);

		if (i < PIECES_MAX && !pieces->piece[i])
			pieces->piece[i] = vmalloc(PIECE_SIZE);
		if (i >= PIECES_MAX || !pieces->piece[i]) {
			pieces->cut = true;
			return;
		}
		memcpy(pieces->piece[i] + at, text, n);
		pieces->len += n;
		text += n;
		len -= n;
	}
}

static void host_write(struct differ_host *host, const char *text, size_t len)
{
	pieces_write(&front.log, text, len);
	/* Timers and workers may run between two operations; none of them is ours. */
	cond_resched();
}

static int play(void)
{
	struct differ_host host = { .write = host_write };
	void *memory = vzalloc(differ_size());

	if (!memory)
		return -ENOMEM;
	differ_run(&host, memory, front.program, front.len);
	vfree(memory);
	return front.log.cut ? -ENOMEM : 0;
}

static int log_open(struct inode *inode, struct file *file)
{
	int err;

	mutex_lock(&front.lock);
	pieces_free(&front.log);
	err = play();
	mutex_unlock(&front.lock);
	return err;
}

static ssize_t log_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	size_t at = (size_t)*pos, n = 0;

	mutex_lock(&front.lock);
	if (at < front.log.len) {
		n = min(len, PIECE_SIZE - at % PIECE_SIZE);
		n = min(n, front.log.len - at);
		if (copy_to_user(to, front.log.piece[at / PIECE_SIZE] + at % PIECE_SIZE, n))
			n = 0;
	}
	mutex_unlock(&front.lock);
	*pos += (loff_t)n;
	return (ssize_t)n;
}

static const struct file_operations log_fops = {
	.open = log_open,
	.read = log_read,
};

static int program_open(struct inode *inode, struct file *file)
{
	mutex_lock(&front.lock);
	front.len = 0;
	mutex_unlock(&front.lock);
	return 0;
}

static bool program_room(size_t len)
{
	char *program;

	if (len <= front.room)
		return true;
	program = vmalloc(2 * len);
	if (!program)
		return false;
	memcpy(program, front.program, front.len);
	vfree(front.program);
	front.program = program;
	front.room = 2 * len;
	return true;
}

static ssize_t program_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	ssize_t ret = (ssize_t)len;

	mutex_lock(&front.lock);
	if (!program_room(front.len + len))
		ret = -ENOMEM;
	else if (copy_from_user(front.program + front.len, from, len))
		ret = -EFAULT;
	else
		front.len += len;
	mutex_unlock(&front.lock);
	return ret;
}

static const struct file_operations program_fops = {
	.open = program_open,
	.write = program_write,
};

static int __init front_init(void)
{
	struct dentry *dir = debugfs_create_dir("netpage", NULL);

	debugfs_create_file("program", 0200, dir, NULL, &program_fops);
	debugfs_create_file("log", 0400, dir, NULL, &log_fops);
	return 0;
}
late_initcall(front_init);
