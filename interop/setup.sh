# What interop/run and interop/clients share: packages from PyPI and npm, and servers that are ended with the script.
# Sourced; the caller has set -euo pipefail and calls cleanup when it exits.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/athena-timestream
work=$(mktemp -d)
started=()

cleanup() {
	local pid
	for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
	for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
	rm -rf "$work"
}

# need TOOL...: ends the script if one is missing.
need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || { echo "${0##*/} needs $tool" >&2; exit 2; }
	done
}

# key FILE...: tells one state of these files from another.
key() { cat "$@" | sha256sum | cut -c1-12; }

# python_packages FILE: prints the folder of a virtual environment with these requirements, made when there is none.
python_packages() {
	local venv
	venv=$cache/interop-$(key "$1")
	if [[ ! -e $venv/complete ]]; then
		rm -rf "$venv"
		# A command substitution does not end with the first command that fails.
		python3 -m venv "$venv" && "$venv/bin/pip" install -q -r "$1" >&2 && touch "$venv/complete" || return
	fi
	echo "$venv"
}

# node_packages FOLDER: prints a folder with the packages that FOLDER's lock file names.
node_packages() {
	local folder
	folder=$cache/node-$(key "$1/package.json" "$1/package-lock.json")
	if [[ ! -e $folder/complete ]]; then
		rm -rf "$folder"
		mkdir -p "$folder"
		cp "$1/package.json" "$1/package-lock.json" "$folder"
		npm ci --silent --no-audit --no-fund --prefix "$folder" >&2 && touch "$folder/complete" || return
	fi
	echo "$folder"
}

# maven FOLDER ARGUMENT...: runs Maven there, asking the network only if it has to.
maven() {
	local folder=$1
	shift
	(cd "$folder" && { mvn -q -B -o "$@" >"$work/mvn" 2>&1 || mvn -q -B "$@"; }) >&2
}

# java_jars FOLDER: prints the class path of the Maven project's dependencies.
java_jars() {
	maven "$1" dependency:build-classpath -Dmdep.outputFile="$work/classpath"
	cat "$work/classpath"
}

# await FILE PATTERN: waits for a line that a server writes when it answers, and prints what the pattern finds.
await() {
	for _ in $(seq 300); do
		if grep -oE -m1 "$2" "$1" 2>/dev/null; then return; fi
		sleep 0.1
	done
	echo "${0##*/}: no sign of a server in $1:" >&2
	cat "$1" >&2
	return 1
}
