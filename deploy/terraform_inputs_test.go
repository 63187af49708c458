package deploy_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// TestTerraformTakesWhatSAMTakes has both templates judge the same values of a parameter.
func TestTerraformTakesWhatSAMTakes(t *testing.T) {
	m := parseModule(t, terraformModule)
	s := loadSAM(t, mainTemplate, deployments()[0].sam)
	values := []string{
		"timestream", "Time_Series-2", "time_series-2", "", "*", "a/b", "a/b/", "a*", "a?b", "$x", "my.bucket", "arn:aws:s3:::b",
		"pages", "unload", "auto", "Pages", "DEBUG", "INFO", "WARN", "ERROR", "info",
		strings.Repeat("a", 63), strings.Repeat("a", 64), strings.Repeat("a", 65),
	}
	for variable, parameter := range map[string]string{
		"name": "AthenaCatalogName", "spill_bucket": "SpillBucket", "spill_prefix": "SpillPrefix", "read_mode": "ReadMode", "log_level": "LogLevel",
	} {
		condition := m.variables[variable].Blocks[0].Body.Attributes["condition"].Expr
		for _, value := range values {
			ctx := &hcl.EvalContext{Functions: hclFunctions, Variables: map[string]cty.Value{
				"var": cty.ObjectVal(map[string]cty.Value{variable: cty.StringVal(value)}),
			}}
			if got, want := evaluate(t, ctx, condition).True(), samTakes(s, parameter, value); got != want {
				t.Errorf("%q: Terraform's %s takes it: %t; SAM's %s: %t", value, variable, got, parameter, want)
			}
		}
	}
}

// samTakes judges a value by a parameter's pattern or list.
func samTakes(s samTemplate, parameter, value string) bool {
	s.t.Helper()
	if pattern := child(s.node("Parameters", parameter), "AllowedPattern"); pattern != nil {
		return regexp.MustCompile(pattern.Value).MatchString(value)
	}
	for _, allowed := range s.node("Parameters", parameter, "AllowedValues").Content {
		if allowed.Value == value {
			return true
		}
	}
	return false
}

// TestTerraformPlansBeforeAnythingExists: how many of each resource there are may not depend on what is known only when
// another resource of the same configuration has been made. Terraform refuses to plan then.
func TestTerraformPlansBeforeAnythingExists(t *testing.T) {
	m := parseModule(t, terraformModule)
	later := cty.UnknownVal(cty.String)
	inputs := map[string]cty.Value{
		"name": cty.StringVal("ts"), "spill_bucket": later, "kms_key_arn": later, "service_kms_key_arn": later, "permissions_boundary": later,
		"role_arn": later, "create_role": cty.False, "glue_connection": later, "image_uri": cty.NullVal(cty.String),
		"vpc_config": cty.ObjectVal(map[string]cty.Value{"subnet_ids": cty.UnknownVal(cty.List(cty.String)), "security_group_ids": cty.UnknownVal(cty.List(cty.String))}),
	}
	ctx := m.scope(t, inputs, given())
	counted := 0
	for name, body := range m.resources {
		if count := body.Attributes["count"]; count != nil {
			counted++
			if !evaluate(t, ctx, count.Expr).IsKnown() {
				t.Errorf("the count of %s is not known", name)
			}
		}
		for _, b := range body.Blocks {
			if b.Type != "dynamic" {
				continue
			}
			counted++
			if each := evaluate(t, ctx, b.Body.Attributes["for_each"].Expr); !each.IsKnown() || each.LengthInt() != 1 {
				t.Errorf("the %s of %s: %#v", b.Labels[0], name, each)
			}
		}
	}
	if counted < 5 {
		t.Errorf("only %d counts: does this test still look at the right places?", counted)
	}
}
