/* Migration cookie: the names and the rows. Row order is output order. */
#include "conf/migration_cookie.h"

/* A row is a line. */
/* clang-format off */

ROWS(CookieFeature,
     ROW_STRING("@name", CookieFeature, name, .flags = ROW_REQUIRED));

ROWS(CookieGraphics,
     ROW_STRING("@type",                     CookieGraphics, type, .flags = ROW_REQUIRED),
     ROW_UINT("@port",                       CookieGraphics, port, .flags = ROW_ALWAYS),
     ROW_STRING("@listen",                   CookieGraphics, listen),
     ROW_OPT_INT("@tlsPort",                 CookieGraphics, tls_port),
     ROW_STRING("cert[info=subject]/@value", CookieGraphics, certificate));

ROWS(CookieInterface,
     ROW_UINT("@index",       CookieInterface, index, .flags = ROW_ALWAYS),
     ROW_STRING("@vporttype", CookieInterface, port_type),
     ROW_STRING("portdata",   CookieInterface, port_data));

ROWS(CookieDisk,
     ROW_STRING("@target",   CookieDisk, target, .flags = ROW_REQUIRED),
     ROW_UINT64("@capacity", CookieDisk, capacity, .flags = ROW_ALWAYS));

ROWS(CookieNbd,
     ROW_UINT("@port", CookieNbd, port),
     ROW_LIST("disk",  CookieNbd, disks, CookieDisk));

ROWS(CookieCapability,
     ROW_STRING("@name", CookieCapability, name, .flags = ROW_REQUIRED),
     ROW_YESNO("@auto",  CookieCapability, automatic));

ROWS(CookieBitmap,
     ROW_STRING("@name",  CookieBitmap, name, .flags = ROW_REQUIRED),
     ROW_STRING("@alias", CookieBitmap, alias, .flags = ROW_REQUIRED));

ROWS(CookieBitmaps,
     ROW_STRING("@target", CookieBitmaps, target, .flags = ROW_REQUIRED),
     ROW_LIST("bitmap",    CookieBitmaps, bitmaps, CookieBitmap));

ROWS(CookieStatistic,
     ROW_STRING("name()", CookieStatistic, name),
     ROW_STRING(".",      CookieStatistic, value));

ROWS(MigrationCookie,
     ROW_STRING("name",                 MigrationCookie, name, .flags = ROW_REQUIRED),
     ROW_UUID("uuid",                   MigrationCookie, uuid, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_STRING("hostname",             MigrationCookie, hostname, .flags = ROW_REQUIRED),
     ROW_UUID("hostuuid",               MigrationCookie, hostuuid, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_LIST("feature",                MigrationCookie, features, CookieFeature),
     ROW_SUB("graphics",                MigrationCookie, graphics, CookieGraphics),
     ROW_STRING("lockstate/@driver",    MigrationCookie, lock_driver),
     ROW_STRING("lockstate/leases",     MigrationCookie, lock_leases),
     ROW_SUB("domain",                  MigrationCookie, domain, Domain),
     ROW_LIST("network/interface",      MigrationCookie, interfaces, CookieInterface),
     ROW_SUB("nbd",                     MigrationCookie, nbd, CookieNbd),
     ROW_LIST("statistics/*",           MigrationCookie, statistics, CookieStatistic),
     ROW_SUB("cpu",                     MigrationCookie, cpu, Cpu),
     ROW_YESNO("allowReboot/@value",    MigrationCookie, allow_reboot),
     ROW_LIST("capabilities/cap",       MigrationCookie, capabilities, CookieCapability),
     ROW_LIST("blockDirtyBitmaps/disk", MigrationCookie, bitmaps, CookieBitmaps));

/* clang-format on */

DOCUMENT_DEFINE(MigrationCookie, migration_cookie, "migration-cookie", "qemu-migration");
DOCUMENT_DEFINE(SaveCookie, save_cookie, "save-cookie", "cookie");
