# Shared by ./demo and ./check: say what will be installed, install it, build. Sourced, not run.

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# packages GROUP...: the packages of these groups that are not installed yet
packages_missing() {
	local group name
	for group in "$@"; do
		sed -n "s/^$group: //p" "$top/.ci/packages" | tr ' ' '\n'
	done | sort -u | while read -r name; do
		dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || echo "$name"
	done
}

# install GROUP...: everything that is missing, after saying so. Kernels and libvirt's daemons are never installed.
packages_install() {
	local missing
	missing=$(packages_missing "$@")
	[ -n "$missing" ] || return 0
	echo "Installing with apt$([ "$(id -u)" = 0 ] || echo " (sudo)"):" $missing
	as_root apt-get update -qq || true
	# shellcheck disable=SC2086
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >"$top/build/apt.log" 2>&1 ||
		{ tail -n 20 "$top/build/apt.log"; return 1; }
}
