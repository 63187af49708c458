package substrait_test

import (
	"bytes"
	"strings"
	"testing"

	"athena-timestream/federation/substrait"
	"athena-timestream/internal/golden"
)

// TestBoundedAllocation: a plan takes no more than a multiple of its bytes, and of the sum that maxNodes allows.
func TestBoundedAllocation(t *testing.T) {
	plans := map[string][]byte{
		"empty relations":  bytes.Repeat([]byte{0x1a, 0x00}, 1<<19),                                     // Plan.relations, each empty
		"empty extensions": bytes.Repeat([]byte{0x12, 0x00}, 1<<19),                                     // Plan.extensions, each empty
		"unknown fields":   bytes.Repeat([]byte{0xfa, 0x7f, 0x00}, 1<<18),                               // of no meaning
		"a long length":    {0x1a, 0xff, 0xff, 0xff, 0xff, 0x07},                                        // 2 GiB that are not there
		"a long text":      append([]byte{0x2a, 0x80, 0x80, 0x40}, bytes.Repeat([]byte("a"), 1<<20)...), // Plan.expected_type_urls
	}
	deep := []byte{}
	for range 5_000 { // relations inside of relations
		deep = append([]byte{0x1a, byte(len(deep)&0x7f | 0x80), byte(len(deep)>>7&0x7f | 0x80), byte(len(deep) >> 14)}, deep...)
	}
	plans["deep"] = deep
	for name, v := range vectors(t) {
		_, _ = substrait.Decode(v.SubstraitPlan) // the protobuf library's own preparations
		plans[name] = v.SubstraitPlan
		for at := 1; at < len(v.SubstraitPlan); at += 1 + len(v.SubstraitPlan)/16 {
			long := bytes.Clone(v.SubstraitPlan)
			long[at] = 0xff
			plans[name+strings.Repeat("'", at)] = long
		}
	}
	for name, plan := range plans {
		golden.Bounded(t, name, len(plan), 300, func() { _, _ = substrait.Decode(plan) })
	}
}
