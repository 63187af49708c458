package tsserver

import (
	"fmt"
	"maps"
	"slices"
)

type tag struct{ Key, Value *string }

// maxTags is how many tags, or keys of tags, one request may have.
const maxTags = 200

func checkTags(c *constraints, tags []tag) {
	c.count("tags", len(tags), 0, maxTags)
	for i, t := range tags {
		c.in("tags", i)
		c.required("key", t.Key)
		c.length("key", t.Key, 1, 128)
		c.required("value", t.Value)
		c.length("value", t.Value, 0, 256)
		c.out()
	}
}

func tagMap(tags []tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[text(t.Key)] = text(t.Value)
	}
	return m
}

type tagInput struct {
	ResourceARN *string
	Tags        []tag
	TagKeys     []string
	MaxResults  *int64
	NextToken   *string
}

func (c *call) tagInput(more func(*constraints, *tagInput)) (*tagInput, error) {
	in := &tagInput{}
	if err := c.decode(in); err != nil {
		return nil, err
	}
	var check constraints
	check.required("resourceARN", in.ResourceARN)
	check.length("resourceARN", in.ResourceARN, 1, 1011)
	more(&check, in)
	return in, check.err()
}

func (s *Server) tagResource(c *call) (any, error) {
	in, err := c.tagInput(func(check *constraints, in *tagInput) {
		if in.Tags == nil {
			check.required("tags", nil)
		}
		checkTags(check, in.Tags)
	})
	if err != nil {
		return nil, err
	}
	return struct{}{}, s.db.Tag(c.ctx, *in.ResourceARN, tagMap(in.Tags))
}

func (s *Server) untagResource(c *call) (any, error) {
	in, err := c.tagInput(func(check *constraints, in *tagInput) {
		if in.TagKeys == nil {
			check.required("tagKeys", nil)
		}
		check.count("tagKeys", len(in.TagKeys), 0, maxTags)
		for i := range in.TagKeys {
			check.length(fmt.Sprintf("tagKeys.%d.member", i+1), &in.TagKeys[i], 1, 128)
		}
	})
	if err != nil {
		return nil, err
	}
	return struct{}{}, s.db.Untag(c.ctx, *in.ResourceARN, in.TagKeys)
}

// listTags is ListTagsForResource of both APIs; only the Query API's has pages.
func (s *Server) listTags(c *call) (any, error) {
	in, err := c.tagInput(func(*constraints, *tagInput) {})
	if err != nil {
		return nil, err
	}
	tags, err := s.db.Tags(*in.ResourceARN)
	if err != nil {
		return nil, err
	}
	keys, next, err := pageOf(slices.Sorted(maps.Keys(tags)), listing{in.MaxResults, in.NextToken, maxTags}, func(k string) string { return k })
	if err != nil {
		return nil, err
	}
	out := struct {
		Tags      []tag
		NextToken string `json:",omitempty"`
	}{[]tag{}, next}
	for _, k := range keys {
		v := tags[k]
		out.Tags = append(out.Tags, tag{&k, &v})
	}
	return out, nil
}
