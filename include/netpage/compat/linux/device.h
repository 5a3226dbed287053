/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/device.h - a device, as far as DMA goes
 *
 * Provenance: custom: a device is a name, a count of references, and the card that its DMA
 * goes to.
 */
#ifndef NETPAGE_COMPAT_LINUX_DEVICE_H
#define NETPAGE_COMPAT_LINUX_DEVICE_H

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct net_device;

struct device {
	const char *init_name;
	struct device *parent;
	void *driver_data;
	struct net_device *np_netdev; /* whose DMA it is; NULL: nobody counts it */
	atomic_t np_refs;	      /* get_device() - put_device() */
};

static inline struct device *get_device(struct device *dev)
{
	if (dev)
		atomic_inc(&dev->np_refs);
	return dev;
}

static inline void put_device(struct device *dev)
{
	if (dev)
		atomic_dec(&dev->np_refs);
}

static inline const char *dev_name(const struct device *dev)
{
	return dev->init_name ? dev->init_name : "";
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline struct device *root_device_register(const char *name)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return ERR_PTR(-ENOMEM);
	dev->init_name = name;
	return dev;
}

#define root_device_unregister(dev) kfree(dev)
#define dev_err(dev, fmt, ...) printk("%s: " fmt, dev_name(dev), ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...) dev_err(dev, fmt, ##__VA_ARGS__)
#define dev_info(dev, fmt, ...) dev_err(dev, fmt, ##__VA_ARGS__)

#endif /* NETPAGE_COMPAT_LINUX_DEVICE_H */
