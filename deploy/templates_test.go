package deploy_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"athena-timestream/internal/deptest"
	"athena-timestream/timestream"
)

const (
	module = "athena-timestream"

	mainTemplate       = "deploy/sam/athena-timestream.yaml"
	connectionTemplate = "deploy/sam/athena-timestream-connection.yaml"
)

// notOffered are the variables that no template sets, each with the reason.
var notOffered = map[string]string{
	"spill_put_request_headers": "headers need permissions that depend on them; a Glue connection or the function's own settings take them",
	"MAX_BLOCK_SIZE_BYTES":      "Athena's request says it; the setting is for measurements",
	"spill_queue_capacity":      "the default keeps a function of any offered size busy without filling its memory",
	"SPILL_QUEUE_CAPACITY":      "see spill_queue_capacity",
	"throttle_initial_delay_ms": "the defaults go with what Timestream bears; the function's own settings take others",
	"throttle_max_delay_ms":     "see throttle_initial_delay_ms",
	"throttle_decrease_factor":  "see throttle_initial_delay_ms",
	"throttle_increase_ms":      "see throttle_initial_delay_ms",
	"GLUE_ENDPOINT":             "AWS's own is the one for a deployed function; others are for tests",
}

// TestTemplatesOfferAllSettings ties the variables of the templates to those that the connector reads, both ways. README.md's
// table is tied to the same names by athena-local's tests.
func TestTemplatesOfferAllSettings(t *testing.T) {
	offered := map[string]bool{}
	for _, file := range []string{mainTemplate, connectionTemplate} {
		for _, name := range keys(section(t, file, "        Variables:\n"), 10) {
			offered[name] = true
		}
	}
	for _, name := range timestream.SettingNames() {
		reason, left := notOffered[name]
		switch {
		case left && reason == "":
			t.Errorf("no template offers %s: say why", name)
		case left && offered[name]:
			t.Errorf("a template offers %s, and the list here says that none does", name)
		case !left && !offered[name]:
			t.Errorf("the connector reads %s, which no template offers: add it to %s, or to the list here with the reason", name, mainTemplate)
		}
		delete(offered, name)
	}
	for name := range offered {
		t.Errorf("a template sets %s, which the connector does not read", name)
	}
	for name := range notOffered {
		if !slices.Contains(timestream.SettingNames(), name) {
			t.Errorf("the list here has %s, which the connector does not read", name)
		}
	}
}

// TestTemplatesAreDropIns holds the Java connector's parameters and logical names, which a stack that is deployed has.
// Source: athena-timestream.yaml and athena-timestream-connection.yaml of aws-athena-query-federation.
func TestTemplatesAreDropIns(t *testing.T) {
	const none = "none"
	for file, want := range map[string]struct {
		parameters [][2]string // name and default
		resources  []string
	}{
		mainTemplate: {[][2]string{
			{"AthenaCatalogName", none},
			{"SpillBucket", none},
			{"SpillPrefix", "athena-spill"},
			{"LambdaTimeout", "900"},
			{"LambdaMemory", "3008"},
			{"DisableSpillEncryption", "'false'"},
			{"PermissionsBoundaryARN", "''"},
		}, []string{"ConnectorConfig", "ConnectorConfigRole"}},
		connectionTemplate: {[][2]string{
			{"LambdaFunctionName", none}, {"SpillBucket", none}, {"GlueConnection", none}, {"KmsKeyId", "''"}, {"LambdaRoleArn", "''"},
		}, []string{"ConnectorConfig", "FunctionRole"}},
	} {
		parameters := section(t, file, "\nParameters:\n")
		for i, p := range want.parameters {
			names := keys(parameters, 2)
			if i >= len(names) || names[i] != p[0] {
				t.Errorf("%s: parameter %d of %q is not %s", file, i, names, p[0])
			}
		}
		defaults := parameterDefaults(parameters)
		for _, p := range want.parameters {
			if defaults[p[0]] != p[1] {
				t.Errorf("%s: %s has the default %s, not %s", file, p[0], defaults[p[0]], p[1])
			}
		}
		// All others have a default too: an update of a deployed stack names none of them.
		for name, value := range defaults {
			if value == none && !slices.Contains(want.parameters, [2]string{name, none}) {
				t.Errorf("%s: %s needs a default", file, name)
			}
		}
		resources := keys(section(t, file, "\nResources:\n"), 2)
		for _, name := range want.resources {
			if !slices.Contains(resources, name) {
				t.Errorf("%s has no resource %s", file, name)
			}
		}
	}
}

// TestDeployREADMENamesAllParameters ties the tables of deploy/README.md to the templates: names, defaults and variables.
func TestDeployREADMENamesAllParameters(t *testing.T) {
	page := read(t, "deploy/README.md")
	for file, chapter := range map[string]string{mainTemplate: "## In ten minutes", connectionTemplate: "## With a Glue connection"} {
		variables := section(t, file, "        Variables:\n")
		want := map[string]string{}
		for name, value := range parameterDefaults(section(t, file, "\nParameters:\n")) {
			want[name] = strings.Trim(value, "'") + " " + variableOf(variables, name)
			if value == "''" {
				want[name] = "none " + variableOf(variables, name)
			}
		}
		_, text, _ := strings.Cut(page, chapter)
		text, _, _ = strings.Cut(text, "\n## ")
		got := map[string]string{}
		for _, row := range regexp.MustCompile(`(?m)^\| (`+"`.*?)"+` \| (.*?) \| (.*?) ?\|`).FindAllStringSubmatch(text, -1) {
			for _, name := range strings.Split(row[1], ", ") {
				got[strings.Trim(name, "`")] = strings.Trim(row[2], "`") + " " + strings.Trim(row[3], "`")
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s has\n%q\nthe table of deploy/README.md has\n%q", file, want, got)
		}
	}
}

// TestTemplatesGrantWhatTheREADMESays ties the actions of the roles to README.md's table of permissions, both ways.
func TestTemplatesGrantWhatTheREADMESays(t *testing.T) {
	_, table, _ := strings.Cut(read(t, "README.md"), "| action | on | for |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	said := map[string]bool{}
	for _, row := range strings.Split(table, "\n") {
		service := ""
		for _, action := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(strings.Split(row, "|")[1], -1) {
			if prefix, _, ok := strings.Cut(action[1], ":"); ok {
				service = prefix
				said[action[1]] = true
			} else {
				said[service+":"+action[1]] = true
			}
		}
	}
	granted := map[string]bool{}
	perTemplate := map[string]map[string]bool{}
	for _, file := range []string{mainTemplate, connectionTemplate} {
		perTemplate[file] = map[string]bool{}
		_, policies, _ := strings.Cut(read(t, file), "      Policies:\n")
		for _, action := range regexp.MustCompile(`(?m)(?:- |Action: )([a-z0-9]+:\S+)$`).FindAllStringSubmatch(policies, -1) {
			if !strings.HasPrefix(action[1], "arn:") {
				granted[action[1]], perTemplate[file][action[1]] = true, true
			}
		}
	}
	if !maps.Equal(said, granted) {
		t.Errorf("README.md's table has\n%q\nthe templates grant\n%q", slices.Sorted(maps.Keys(said)), slices.Sorted(maps.Keys(granted)))
	}
	for action := range granted {
		if strings.Contains(action, "*") {
			t.Errorf("%s is a pattern: name the actions", action)
		}
		only := strings.HasPrefix(action, "ec2:") || action == "glue:GetConnection" // one template's business
		if !only && (!perTemplate[mainTemplate][action] || !perTemplate[connectionTemplate][action]) {
			t.Errorf("only one template grants %s", action)
		}
	}
}

// TestDockerfileBuildsWhatMakeBuilds ties the image recipe to the Makefile's function: the same flags, and all of its sources.
func TestDockerfileBuildsWhatMakeBuilds(t *testing.T) {
	build := regexp.MustCompile(`go build (-tags \S+ .*?)\s*\\?\n\s*-o `)
	in := func(file string) string {
		m := build.FindStringSubmatch(read(t, file))
		if m == nil {
			t.Fatalf("%s builds nothing", file)
		}
		return m[1]
	}
	if docker, makefile := in("deploy/docker/Dockerfile"), in("Makefile"); docker != makefile {
		t.Errorf("the Dockerfile builds with %s, the Makefile with %s", docker, makefile)
	}
	sent := regexp.MustCompile(`(?m)^!(\S+)$`).FindAllStringSubmatch(read(t, "deploy/docker/Dockerfile.dockerignore"), -1)
	for _, p := range deptest.Load(t, deptest.Platform{OS: "linux", Arch: "arm64"}, deptest.Deep, "./cmd/athena-timestream") {
		folder, ours := strings.CutPrefix(p.ImportPath, module+"/")
		if ours && !slices.ContainsFunc(sent, func(m []string) bool { return strings.HasPrefix(folder+"/", m[1]+"/") }) {
			t.Errorf("%s is not sent to Docker: add it to Dockerfile.dockerignore", folder)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// section is what stands below a line of a YAML file, as far as it is indented more. That the files are YAML is for
// deploy/check to see.
func section(t *testing.T, file, head string) string {
	t.Helper()
	_, rest, ok := strings.Cut(read(t, file), head)
	if !ok {
		t.Fatalf("%s has no %s", file, strings.TrimSpace(head))
	}
	depth := len(head) - len(strings.TrimLeft(head, " \n"))
	if head[0] == '\n' {
		depth--
	}
	var out strings.Builder
	for line := range strings.Lines(rest) {
		if indent := len(line) - len(strings.TrimLeft(line, " ")); indent <= depth && line != "\n" {
			break
		}
		out.WriteString(line)
	}
	return out.String()
}

// keys are the names at an indentation.
func keys(yaml string, indent int) []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^`+strings.Repeat(" ", indent)+`([A-Za-z_]+):`).FindAllStringSubmatch(yaml, -1) {
		out = append(out, m[1])
	}
	return out
}

// parameterDefaults are the defaults as they are written, "none" where there is none.
func parameterDefaults(parameters string) map[string]string {
	out := map[string]string{}
	name := ""
	for line := range strings.Lines(parameters) {
		if names := keys(line, 2); names != nil {
			name = names[0]
			out[name] = "none"
		}
		if value, ok := strings.CutPrefix(line, "    Default: "); ok {
			out[name] = strings.TrimSpace(value)
		}
	}
	return out
}

// variableOf is the environment variable that a parameter sets, if it sets one.
func variableOf(variables, parameter string) string {
	m := regexp.MustCompile(`(?m)^ {10}(\w+): !Ref ` + parameter + `$`).FindStringSubmatch(variables)
	if m == nil {
		return ""
	}
	return m[1]
}
