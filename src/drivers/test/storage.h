/* Pools, their volumes and the devices of the invented host. */
#pragma once

#include "conf/named_list.h"
#include "conf/node_device.h"
#include "conf/storage_volume.h"
#include "test.h"

/* What is in a pool: StorageVolume *, in the order in which they were made. */
typedef GPtrArray TestVolumes;

extern const NamedKind test_pool_kind, test_device_kind;

/** test_named_events: into the host's hub. */
NamedEvents test_named_events(TestHost *host);

/** test_fill_storage: what the built-in host has. */
int test_fill_storage(TestHost *host, Error *err);
/** test_read_pool, ...: elements of a host's file. The pool runs; the caller frees @ret_name. */
int test_read_pool(TestHost *host, XmlNode *node, char **ret_name, Error *err);
int test_read_device(TestHost *host, XmlNode *node, Error *err);
int test_read_volume(TestHost *host, const char *pool, XmlNode *node, Error *err);

/** test_pool_of: the entry of a handle's pool. */
NamedEntry *test_pool_of(virConnectPtr conn, const char *name, Error *err);
static inline const TestVolumes *test_volumes_of(const NamedView *view)
{
        return view->extra;
}

/* volumes.c, for the table of storage calls. */
int test_list_volumes(virStoragePoolPtr pool, virStorageVolPtr **volumes, unsigned flags, Error *err);
virStorageVolPtr test_volume_by_name(virStoragePoolPtr pool, const char *name, Error *err);
virStorageVolPtr test_volume_by_key(virConnectPtr conn, const char *key, Error *err);
virStorageVolPtr test_volume_by_path(virConnectPtr conn, const char *path, Error *err);
virStorageVolPtr test_create_volume(virStoragePoolPtr pool, const char *xml, unsigned flags, Error *err);
virStorageVolPtr test_clone_volume(virStoragePoolPtr pool, const char *xml, virStorageVolPtr original, unsigned flags,
                                   Error *err);
int test_delete_volume(virStorageVolPtr volume, unsigned flags, Error *err);
int test_resize_volume(virStorageVolPtr volume, unsigned long long capacity, unsigned flags, Error *err);
int test_volume_info(virStorageVolPtr volume, virStorageVolInfoPtr info, unsigned flags, Error *err);
char *test_volume_xml(virStorageVolPtr volume, unsigned flags, Error *err);
char *test_volume_path(virStorageVolPtr volume, Error *err);
