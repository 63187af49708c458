package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fakeAWS plays the AWS CLI's athena commands over a folder: there/DAY holds the source's rows of a day, here/DAY the target's,
// statements what was run. The statement that fail holds a part of fails once, and has done nothing then; after one that
// "loses" is for, a row is missing.
const fakeAWS = `#!/usr/bin/env bash
set -euo pipefail
argument() { while [[ $1 != "$2" ]]; do set -- "$1" "${@:3}"; done; echo "$3"; }
cd "$FAKE"
case $2 in
start-query-execution)
	sql=$(argument --query-string "$@")
	echo "$sql" >>statements
	day=$(grep -oE "TIMESTAMP '+[0-9-]+" <<<"$sql" | grep -oE '[0-9-]+$' | head -n 1)
	echo SUCCEEDED >state
	if [[ -e fail && $sql == *"$(<fail)"* ]]; then
		rm fail
		echo FAILED >state
	else
		case $sql in
		*system.query*) cp "there/$day" result ;;
		"SELECT count"*) if [[ -e here/$day ]]; then cp "here/$day" result; else echo 0 >result; fi ;;
		DELETE*) rm "here/$day" ;;
		INSERT*)
			if [[ -e here/$day ]]; then exit 9; fi # the rows would be there twice
			if [[ -e loses && $day == "$(<loses)" ]]; then echo 1 >"here/$day"; else cp "there/$day" "here/$day"; fi
			;;
		esac
	fi
	echo id-1
	;;
get-query-execution)
	if [[ $(argument --query "$@") == *State ]]; then cat state; else echo "Timestream is throttling"; fi
	;;
get-query-results) cat result ;;
esac
`

// TestMoveOut moves three days with a query that fails on the second, and again, and with rows that are there already.
func TestMoveOut(t *testing.T) {
	fake := t.TempDir()
	put := func(file, text string) {
		t.Helper()
		file = filepath.Join(fake, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o700); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
	}
	put("bin/aws", fakeAWS)
	put("here/README", "")
	put("select.sql", "SELECT CAST(time AS timestamp(6)), cpu\nFROM \"timestream\".\"demo\".\"devops\"\n")
	for day, rows := range map[string]string{"2026-02-27": "24", "2026-02-28": "0", "2026-03-01": "7"} {
		put("there/"+day, rows)
	}
	move := func() (output string, statements []string, failed bool) {
		t.Helper()
		put("statements", "")
		cmd := exec.Command("bash", "deploy/move-out", filepath.Join(fake, "select.sql"), "Demo.devops", "lake.devops", "2026-02-27", "2026-03-02")
		cmd.Env = append(os.Environ(), "FAKE="+fake, "POLL=0", "PATH="+filepath.Join(fake, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		said := regexp.MustCompile(`(?m)^(INSERT|DELETE|SELECT)`).FindAllString(read(t, filepath.Join(fake, "statements")), -1)
		return string(out), said, err != nil
	}
	lacks := func(out string, parts ...string) bool {
		for _, part := range parts {
			if !strings.Contains(out, part) {
				return true
			}
		}
		return false
	}

	put("fail", "INSERT INTO lake.devops SELECT CAST(time AS timestamp(6)), cpu\nFROM \"timestream\".\"demo\".\"devops\" WHERE time >= TIMESTAMP '2026-03-01 00:00:00' AND time < TIMESTAMP '2026-03-02 00:00:00'")
	out, _, failed := move()
	if !failed || lacks(out, "2026-02-27 to 2026-02-28: 24 rows in Timestream, 24 in lake.devops", "2026-02-28 to 2026-03-01: 0 rows", "is FAILED: Timestream is throttling") {
		t.Errorf("failed: %t\n%s", failed, out)
	}
	if !strings.Contains(read(t, filepath.Join(fake, "statements")),
		`SELECT n FROM TABLE(timestream.system.query(query => 'SELECT count(*) AS n FROM "Demo"."devops" WHERE time >= TIMESTAMP ''2026-02-27 00:00:00'' AND`) {
		t.Error("the source is counted in another way")
	}

	out, statements, failed := move() // again: the last day only
	if failed || lacks(out, "2026-03-01 to 2026-03-02: 7 rows in Timestream, 7 in lake.devops") || strings.Count(strings.Join(statements, " "), "INSERT") != 1 {
		t.Errorf("failed: %t\n%s\n%q", failed, out, statements)
	}

	put("here/2026-02-27", "23") // a part: removed, and moved again
	out, statements, failed = move()
	if all := strings.Join(statements, " "); failed || strings.Count(all, "DELETE SELECT")+strings.Count(all, "DELETE INSERT") != 1 || strings.Count(all, "INSERT") != 1 {
		t.Errorf("failed: %t\n%s\n%q", failed, out, statements)
	}

	put("here/2026-02-27", "23")
	put("loses", "2026-02-27")
	if out, _, failed = move(); !failed || lacks(out, "24 rows in Timestream, 1 in lake.devops", "the numbers differ") {
		t.Errorf("failed: %t\n%s", failed, out)
	}
}
