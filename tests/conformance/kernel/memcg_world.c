/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Memory cgroups out of a kernel thread: cgroup2 mounted for nobody but us, and directories made
 * and removed in it. What a suite sees is what mkdir and rmdir of a process do.
 */
#include <linux/cgroup.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/memcontrol.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/slab.h>

#include "memcg_world.h"

struct world_memcg {
	struct list_head all;
	struct mem_cgroup *memcg;
	struct dentry *dentry;
};

static LIST_HEAD(world_memcgs);
static struct vfsmount *world_mount;

static struct vfsmount *world_mounted(void)
{
	struct file_system_type *type;

	if (world_mount)
		return world_mount;
	type = get_fs_type("cgroup2");
	if (!type)
		return NULL;
	world_mount = vfs_kern_mount(type, 0, "cgroup2", NULL);
	if (IS_ERR(world_mount))
		world_mount = NULL;
	return world_mount;
}

static struct dentry *world_dentry(struct mem_cgroup *memcg)
{
	struct world_memcg *world;

	if (!memcg)
		return world_mounted() ? world_mount->mnt_root : NULL;
	list_for_each_entry(world, &world_memcgs, all)
		if (world->memcg == memcg)
			return world->dentry;
	return NULL;
}

/* Children of @dir have a memory controller from here on. */
static bool world_enable_children(struct dentry *dir)
{
	struct path path = { .mnt = world_mount, .dentry = dir };
	struct file *file = file_open_root(&path, "cgroup.subtree_control", O_WRONLY, 0);
	loff_t pos = 0;
	ssize_t written;

	if (IS_ERR(file))
		return false;
	written = kernel_write(file, "+memory", 7, &pos);
	filp_close(file, NULL);
	return written == 7;
}

static struct dentry *world_mkdir(struct dentry *parent, const char *name)
{
	struct inode *inode = d_inode(parent);
	struct dentry *dentry;
	int err;

	inode_lock_nested(inode, I_MUTEX_PARENT);
	dentry = lookup_one_len(name, parent, strlen(name));
	if (!IS_ERR(dentry)) {
		err = vfs_mkdir(&init_user_ns, inode, dentry, 0755);
		dput(dentry);
		/* kernfs leaves what it was given negative: what was made is found by a lookup. */
		dentry = err ? ERR_PTR(err) : lookup_one_len(name, parent, strlen(name));
	}
	inode_unlock(inode);
	return dentry;
}

static void world_rmdir(struct dentry *dentry)
{
	struct dentry *parent = dget_parent(dentry);

	inode_lock_nested(d_inode(parent), I_MUTEX_PARENT);
	WARN_ON(vfs_rmdir(&init_user_ns, d_inode(parent), dentry));
	inode_unlock(d_inode(parent));
	dput(parent);
	dput(dentry);
}

struct mem_cgroup *world_memcg_create(const char *name, struct mem_cgroup *parent)
{
	struct dentry *dir = world_dentry(parent);
	struct cgroup_subsys_state *css;
	struct world_memcg *world;

	if (!dir || !world_enable_children(dir))
		return NULL;
	world = kzalloc(sizeof(*world), GFP_KERNEL);
	if (!world)
		return NULL;
	world->dentry = world_mkdir(dir, name);
	if (IS_ERR(world->dentry))
		goto free;
	css = css_tryget_online_from_dir(world->dentry, &memory_cgrp_subsys);
	if (IS_ERR(css))
		goto remove;
	world->memcg = mem_cgroup_from_css(css);
	list_add(&world->all, &world_memcgs);
	return world->memcg;
remove:
	world_rmdir(world->dentry);
free:
	kfree(world);
	return NULL;
}
EXPORT_SYMBOL_GPL(world_memcg_create);

void world_memcg_destroy(struct mem_cgroup *memcg)
{
	struct world_memcg *world;

	list_for_each_entry(world, &world_memcgs, all) {
		if (world->memcg != memcg)
			continue;
		list_del(&world->all);
		world_rmdir(world->dentry);
		/* A worker takes it offline some time after rmdir has returned. */
		while (READ_ONCE(memcg->css.flags) & CSS_ONLINE)
			msleep(1);
		css_put(&memcg->css);
		kfree(world);
		return;
	}
}
EXPORT_SYMBOL_GPL(world_memcg_destroy);
