# What deploy/check and scripts/publish share: the tools of deploy/requirements.txt. Sourced, with the repository as the
# working directory; the caller has set -euo pipefail and calls cleanup when it exits.
. interop/setup.sh

export SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-${AWS_REGION:-us-east-1}}

# tools PATTERN: prints the folder of these packages' commands. sam and cfn-lint share a virtual environment, since sam lints
# with cfn-lint; checkov has its own, since what it depends on does not agree with theirs.
tools() {
	local venv
	grep -E "^($1)==" deploy/requirements.txt >"$work/requirements.txt"
	venv=$(python_packages "$work/requirements.txt") || return
	echo "$venv/bin"
}
sam_tools() { tools 'aws-sam-cli|cfn-lint'; }
checkov_tools() { tools checkov; }
