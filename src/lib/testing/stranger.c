/* Not a driver: scans must tell and pass on. */
int stranger;
