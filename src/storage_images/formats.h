/* Between the files of this folder: the heads of images, format by format. */
#pragma once

#include "storage_images/image.h"

/** format_be32 and its like: the number at @at; 0: it does not stand in the @size bytes. */
uint32_t format_be32(const uint8_t *head, size_t size, size_t at);

int format_qcow(const uint8_t *head, size_t size, StorageImage *ret, Error *err);
int format_qcow2(const uint8_t *head, size_t size, StorageImage *ret, Error *err);
int format_qed(const uint8_t *head, size_t size, StorageImage *ret, Error *err);
int format_vmdk(const uint8_t *head, size_t size, StorageImage *ret, Error *err);
int format_vpc(const uint8_t *head, size_t size, StorageImage *ret, Error *err);
int format_vdi(const uint8_t *head, size_t size, StorageImage *ret, Error *err);
int format_raw(const uint8_t *head, size_t size, StorageImage *ret, Error *err);
