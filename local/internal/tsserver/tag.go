package tsserver

import (
	"fmt"
	"maps"
	"slices"
)

type tag struct{ Key, Value *string }

func checkTags(c *constraints, tags []tag) {
	c.count("tags", len(tags), 0, 200)
	for i, t := range tags {
		path := fmt.Sprintf("tags.%d.member.", i+1)
		c.required(path+"key", t.Key)
		c.length(path+"key", t.Key, 1, 128)
		c.required(path+"value", t.Value)
		c.length(path+"value", t.Value, 0, 256)
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
}

func (c *call) tagInput() (*tagInput, error) {
	in := &tagInput{}
	if err := c.decode(in); err != nil {
		return nil, err
	}
	var check constraints
	check.required("resourceARN", in.ResourceARN)
	check.length("resourceARN", in.ResourceARN, 1, 1011)
	checkTags(&check, in.Tags)
	return in, check.err()
}

func (s *Server) tagResource(c *call) (any, error) {
	in, err := c.tagInput()
	if err != nil {
		return nil, err
	}
	return struct{}{}, s.db.Tag(c.ctx, *in.ResourceARN, tagMap(in.Tags))
}

func (s *Server) untagResource(c *call) (any, error) {
	in, err := c.tagInput()
	if err != nil {
		return nil, err
	}
	return struct{}{}, s.db.Untag(c.ctx, *in.ResourceARN, in.TagKeys)
}

func (s *Server) listTags(c *call) (any, error) {
	in, err := c.tagInput()
	if err != nil {
		return nil, err
	}
	tags, err := s.db.Tags(*in.ResourceARN)
	if err != nil {
		return nil, err
	}
	out := struct{ Tags []tag }{[]tag{}}
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		v := tags[k]
		out.Tags = append(out.Tags, tag{&k, &v})
	}
	return out, nil
}
