# What the scripts of bench/ and Tests/ need before they can build: sourced by all, so that there is one way to set up.
# Moves to the repository's root. Ends the script with a clear message when something cannot be had.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '== %s\n' "$*" >&2; }
fail() {
    printf '== failed: %s\n' "$*" >&2
    exit 1
}

# Installs Debian packages, as root or through sudo.
install_packages() {
    command -v apt-get >/dev/null ||
        fail "there is no apt-get: install $* by hand"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "as root: apt-get install $*"
        as_root=(sudo)
    fi
    say "installing $* with apt-get"
    local install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
        apt-get install -y --no-install-recommends "$@")
    # A fresh machine may have no package lists yet, or old ones.
    "${install[@]}" >&2 || { "${as_root[@]}" apt-get update >&2 && "${install[@]}" >&2; } ||
        fail "apt-get could not install $*"
}

# Debian's liburing, by the name pkg-config and the linker know it by.
setup_liburing() {
    if command -v pkg-config >/dev/null && pkg-config --exists liburing; then
        say "liburing $(pkg-config --modversion liburing) is installed"
        return
    fi
    install_packages liburing-dev pkg-config
}

# Swift 6.3 or newer.
setup_swift() {
    command -v swift >/dev/null || fail "there is no swift on PATH: Swift 6.3 is at https://swift.org/install"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "swift --version does not tell its version"
    local major=${version%%.*} rest=${version#*.}
    local minor=${rest%%.*}
    if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 3 ]; }; then
        fail "Swift $version is too old: 6.3 or newer is at https://swift.org/install"
    fi
    say "Swift $version"
}

setup() {
    setup_liburing
    setup_swift
}
