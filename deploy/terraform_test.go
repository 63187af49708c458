package deploy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"athena-timestream/timestream"
)

const (
	terraformModule  = "deploy/terraform"
	terraformExample = "deploy/terraform/example"
)

// TestTerraformIsFormatted holds what `terraform fmt` makes of the files.
func TestTerraformIsFormatted(t *testing.T) {
	for _, folder := range []string{terraformModule, terraformExample} {
		files, err := filepath.Glob(folder + "/*.tf")
		if err != nil || len(files) == 0 {
			t.Fatalf("no files in %s: %v", folder, err)
		}
		for _, file := range files {
			text := []byte(read(t, file))
			if want := hclwrite.Format(text); !bytes.Equal(text, want) {
				t.Errorf("%s is not formatted: terraform fmt %s", file, folder)
			}
		}
	}
}

// TestTerraformResolves is as much of `terraform validate` as goes without the provider: what is referred to is declared, and
// what is declared is referred to; the example gives the module what it needs and nothing else.
func TestTerraformResolves(t *testing.T) {
	for _, folder := range []string{terraformModule, terraformExample} {
		m := parseModule(t, folder)
		declared := map[string]bool{"path": true}
		for name := range m.variables {
			declared["var."+name] = true
		}
		for name := range m.locals {
			declared["local."+name] = true
		}
		for name := range m.resources {
			declared[name] = true
		}
		references := m.references()
		for name, where := range references {
			if !declared[name] && !strings.HasPrefix(name, "vpc_config.") { // the iterator of a dynamic block
				t.Errorf("%s: %s is not declared", where, name)
			}
		}
		for name := range declared {
			_, used := references[name]
			if !used && (strings.HasPrefix(name, "var.") || strings.HasPrefix(name, "local.") || strings.HasPrefix(name, "data.")) {
				t.Errorf("%s: nothing uses %s", folder, name)
			}
		}
	}
	m, example := parseModule(t, terraformModule), parseModule(t, terraformExample)
	call := example.resources["module.timestream"]
	for name := range call.Attributes {
		if m.variables[name] == nil && name != "source" {
			t.Errorf("the example sets %s, which the module has not", name)
		}
	}
	for name, body := range m.variables {
		if body.Attributes["default"] == nil && call.Attributes[name] == nil {
			t.Errorf("the example does not set %s, which has no default", name)
		}
	}
	for _, v := range example.outputs["sample_query"].Attributes["value"].Expr.Variables() {
		if name := v[len(v)-1].(hcl.TraverseAttr).Name; m.outputs[name] == nil { //nolint:errcheck // module.timestream.NAME
			t.Errorf("the example shows the output %s, which the module has not", name)
		}
	}
}

// TestTerraformGrantsWhatSAMGrants compares the statements of the two roles in every combination of what changes them.
func TestTerraformGrantsWhatSAMGrants(t *testing.T) {
	m := parseModule(t, terraformModule)
	policy := m.resources["aws_iam_role_policy.connector"].Attributes["policy"].Expr
	for _, d := range deployments() {
		var document struct{ Statement []map[string]any }
		text := evaluate(t, m.scope(t, d.terraform, given()), policy).AsString()
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		if got, want := statements(document.Statement), samStatements(loadSAM(t, mainTemplate, d.sam), "ConnectorConfigRole"); !slices.Equal(got, want) {
			t.Errorf("with%s: Terraform grants\n%s\nSAM grants\n%s", d.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestTerraformReadsAConnection compares what only the other template grants.
func TestTerraformReadsAConnection(t *testing.T) {
	m := parseModule(t, terraformModule)
	ctx := m.scope(t, map[string]cty.Value{"name": cty.StringVal("ts"), "spill_bucket": cty.StringVal("bucket"), "glue_connection": cty.StringVal("c")}, given())
	policy := evaluate(t, ctx, m.resources["aws_iam_role_policy.connector"].Attributes["policy"].Expr).AsString()
	var document struct{ Statement []map[string]any }
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		t.Fatal(err)
	}
	isIt := func(statement string) bool { return !strings.Contains(statement, "glue:GetConnection") }
	got := slices.DeleteFunc(statements(document.Statement), isIt)
	want := slices.DeleteFunc(samStatements(loadSAM(t, connectionTemplate, map[string]string{
		"LambdaFunctionName": "ts", "SpillBucket": "bucket", "GlueConnection": "c",
	}), "FunctionRole"), isIt)
	if len(want) != 1 || !slices.Equal(got, want) {
		t.Errorf("Terraform grants %q, SAM grants %q", got, want)
	}
}

// samStatements are those of all policies of a role.
func samStatements(s samTemplate, role string) []string {
	var all []map[string]any
	for _, p := range s.value(s.node("Resources", role, "Properties", "Policies")).([]any) { //nolint:errcheck // a panic tells
		for _, statement := range p.(map[string]any)["PolicyDocument"].(map[string]any)["Statement"].([]any) { //nolint:errcheck // likewise
			all = append(all, statement.(map[string]any)) //nolint:errcheck // likewise
		}
	}
	return statements(all)
}

// statements are in a form to compare: one action and a list with one are the same, and the order says nothing.
func statements(all []map[string]any) []string {
	var out []string
	for _, s := range all {
		list := func(v any) []string {
			var texts []string
			if one, ok := v.(string); ok {
				texts = []string{one}
			}
			if many, ok := v.([]any); ok {
				for _, m := range many {
					texts = append(texts, fmt.Sprint(m))
				}
			}
			for i, text := range texts { // CloudFormation's Arn of a log group ends with it, the provider's does not
				if text == "LogGroup:*" {
					texts[i] = "GetAtt LogGroup.Arn"
				}
			}
			slices.Sort(texts)
			return texts
		}
		text := fmt.Sprint(s["Effect"], list(s["Action"]), list(s["Resource"]))
		if len(s) != 3 {
			text += fmt.Sprint(" and more: ", s)
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}

// TestTerraformConfiguresWhatSAMConfigures has the connector read the variables of both deployments.
func TestTerraformConfiguresWhatSAMConfigures(t *testing.T) {
	m := parseModule(t, terraformModule)
	settings := []deployment{
		{"all settings", map[string]string{
			"DisableSpillEncryption": "true", "NanosecondColumns": "true", "MaxSplits": "9", "MinSplitHours": "0.5", "LookBackHours": "24",
			"UnboundedQueries": "look_back", "SplitByCount": "true", "EnableQueryPassthrough": "false", "LogLevel": "WARN", "SpillPrefix": "p/q",
		}, map[string]cty.Value{
			"disable_spill_encryption": cty.True, "nanosecond_columns": cty.True, "max_splits": cty.NumberIntVal(9),
			"min_split_hours": cty.NumberFloatVal(0.5), "look_back_hours": cty.NumberIntVal(24), "unbounded_queries": cty.StringVal("look_back"),
			"split_by_count": cty.True, "enable_query_passthrough": cty.False, "log_level": cty.StringVal("WARN"), "spill_prefix": cty.StringVal("p/q"),
		}},
	}
	for _, d := range append(settings, deployments()...) {
		required := deployments()[0]
		maps.Copy(required.sam, d.sam)
		maps.Copy(required.terraform, d.terraform)
		sam, terraform := map[string]string{}, plainStrings(t, m.scope(t, required.terraform, given()).Variables["local"].GetAttr("environment"))
		s := loadSAM(t, mainTemplate, required.sam)
		for name, value := range s.value(s.node("Resources", "ConnectorConfig", "Properties", "Environment", "Variables")).(map[string]any) { //nolint:errcheck // a panic tells
			sam[name] = fmt.Sprint(value)
		}
		want, samErr := timestream.ConfigFromEnv(func(name string) string { return sam[name] })
		got, err := timestream.ConfigFromEnv(func(name string) string { return terraform[name] })
		if err != nil || samErr != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("with%s: Terraform sets\n%v\n%+v, %v\nSAM sets\n%v\n%+v, %v", d.name, terraform, got, err, sam, want, samErr)
		}
	}
}

// TestTerraformOffersAllSettings ties the module's settings to those that the connector reads, both ways.
func TestTerraformOffersAllSettings(t *testing.T) {
	m := parseModule(t, terraformModule)
	offered := m.scope(t, deployments()[0].terraform, given()).Variables["local"].GetAttr("settings").Type().AttributeTypes()
	for _, name := range timestream.SettingNames() {
		if _, has := offered[name]; has == (notOffered[name] != "") {
			t.Errorf("%s: Terraform offers it: %t; the list of what no template offers has %q", name, has, notOffered[name])
		}
		delete(offered, name)
	}
	for name := range offered {
		t.Errorf("Terraform sets %s, which the connector does not read", name)
	}
}

// TestTerraformFunction compares the functions themselves, and the table of deploy/README.md with the module's inputs.
func TestTerraformFunction(t *testing.T) {
	m := parseModule(t, terraformModule)
	d := deployments()[0]
	ctx, s := m.scope(t, d.terraform, given()), loadSAM(t, mainTemplate, d.sam)
	function := m.resources["aws_lambda_function.connector"]
	for attribute, property := range map[string]string{
		"function_name": "FunctionName", "description": "Description", "runtime": "Runtime", "handler": "Handler",
		"memory_size": "MemorySize", "timeout": "Timeout", "filename": "CodeUri",
	} {
		value := evaluate(t, ctx, function.Attributes[attribute].Expr)
		text := fmt.Sprint(s.value(s.node("Resources", "ConnectorConfig", "Properties", property)))
		got := ""
		if value.Type() == cty.Number {
			got = value.AsBigFloat().String()
		} else {
			got = strings.TrimPrefix(value.AsString(), terraformModule+"/")
		}
		if got != text {
			t.Errorf("%s is %s, SAM's %s is %s", attribute, got, property, text)
		}
	}
	_, table, _ := strings.Cut(read(t, "deploy/README.md"), "## By Terraform")
	table, _, _ = strings.Cut(table, "\n## ")
	said := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*?`) \\|").FindAllStringSubmatch(table, -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			said[strings.Trim(name, "`")] = true
		}
	}
	for name := range m.variables {
		if !said[name] {
			t.Errorf("deploy/README.md does not name the input %s", name)
		}
		delete(said, name)
	}
	for name := range said {
		t.Errorf("deploy/README.md names the input %s, which the module has not", name)
	}
}
