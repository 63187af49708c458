package deploy_test

import (
	"maps"

	"github.com/zclconf/go-cty/cty"
)

// deployment is one choice, in the words of each template.
type deployment struct {
	name      string
	sam       map[string]string
	terraform map[string]cty.Value
}

const (
	aKey        = "arn:aws:kms:eu-west-1:123456789012:key/1"
	aServiceKey = "arn:aws:kms:eu-west-1:123456789012:key/2"
)

// deployments are all combinations of what changes the role.
func deployments() []deployment {
	network := cty.TupleVal([]cty.Value{cty.StringVal("a-1")})
	choices := []deployment{
		{"key", map[string]string{"KMSKeyId": aKey}, map[string]cty.Value{"kms_key_arn": cty.StringVal(aKey)}},
		{"service key", map[string]string{"ServiceKMSKeyArn": aServiceKey}, map[string]cty.Value{"service_kms_key_arn": cty.StringVal(aServiceKey)}},
		{"no Glue", map[string]string{"DisableGlue": "true"}, map[string]cty.Value{"disable_glue": cty.True}},
		{"another's Glue", map[string]string{"GlueCatalogId": "210987654321"}, map[string]cty.Value{"glue_catalog_id": cty.StringVal("210987654321")}},
		{"unload", map[string]string{"ReadMode": "auto"}, map[string]cty.Value{"read_mode": cty.StringVal("auto")}},
		{
			"VPC",
			map[string]string{"SubnetIds": "a-1", "SecurityGroupIds": "a-1"},
			map[string]cty.Value{"vpc_config": cty.ObjectVal(map[string]cty.Value{"subnet_ids": network, "security_group_ids": network})},
		},
	}
	var out []deployment
	for n := range 1 << len(choices) {
		d := deployment{"", map[string]string{"AthenaCatalogName": "ts", "SpillBucket": "bucket"}, map[string]cty.Value{
			"name": cty.StringVal("ts"), "spill_bucket": cty.StringVal("bucket"),
		}}
		for i, c := range choices {
			if n>>i&1 == 1 {
				d.name += " " + c.name
				maps.Copy(d.sam, c.sam)
				maps.Copy(d.terraform, c.terraform)
			}
		}
		out = append(out, d)
	}
	return out
}

// given are attributes of resources as AWS would answer them.
func given() map[string]cty.Value {
	one := func(attribute, value string) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{attribute: cty.StringVal(value)})
	}
	here := func(attribute, value string) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"here": one(attribute, value)})
	}
	counted := func(attribute, value string) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"connector": cty.TupleVal([]cty.Value{one(attribute, value)})})
	}
	return map[string]cty.Value{
		"path": one("module", terraformModule),
		"data": cty.ObjectVal(map[string]cty.Value{
			"aws_partition": here("partition", "aws"), "aws_region": here("region", "eu-west-1"),
			"aws_caller_identity": here("account_id", "123456789012"),
		}),
		"aws_cloudwatch_log_group": cty.ObjectVal(map[string]cty.Value{"connector": one("arn", "LogGroup")}),
		"aws_s3_bucket":            cty.ObjectVal(map[string]cty.Value{"spill": cty.TupleVal([]cty.Value{one("bucket", "made")})}),
		"aws_athena_data_catalog":  counted("name", "ts"),
		"aws_iam_role":             counted("name", "role"),
	}
}
