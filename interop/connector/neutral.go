package main

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/internal/golden"
)

// fieldForm is a column, or a part of one, in the neutral form.
type fieldForm struct {
	Name     string
	Nullable bool
	Type     map[string]any
	Metadata map[string]string
	Children []fieldForm
}

func arrowFields(forms []fieldForm) ([]arrow.Field, error) {
	fields := make([]arrow.Field, len(forms))
	for i, form := range forms {
		t, err := form.arrowType()
		if err != nil {
			return nil, fmt.Errorf("%q: %w", form.Name, err)
		}
		fields[i] = arrow.Field{Name: form.Name, Type: t, Nullable: form.Nullable, Metadata: arrow.MetadataFrom(form.Metadata)}
	}
	return fields, nil
}

func (f fieldForm) arrowType() (arrow.DataType, error) {
	children, err := arrowFields(f.Children)
	if err != nil {
		return nil, err
	}
	switch kind := f.Type["@type"]; {
	case kind == "List" && len(children) == 1:
		return arrow.ListOfField(children[0]), nil
	case kind == "Struct":
		return arrow.StructOf(children...), nil
	case kind == "Map" && len(children) == 1:
		entry, ok := children[0].Type.(*arrow.StructType)
		if !ok || entry.NumFields() != 2 {
			return nil, fmt.Errorf("a map's entries are a key and a value, not %s", children[0].Type)
		}
		return arrow.MapOfFields(entry.Field(0), entry.Field(1)), nil
	case len(children) > 0:
		return nil, fmt.Errorf("type %v cannot have %d children", kind, len(children))
	}
	return golden.ParseType(f.Type)
}

// value is what block.AppendValue takes for a neutral form.
func value(t arrow.DataType, form any) (any, error) {
	if form == nil {
		return nil, nil
	}
	switch t := t.(type) {
	case *arrow.MapType: // before the list that it also is
		return entries(t, form)
	case *arrow.ListType:
		return elements(t.Elem(), form)
	case *arrow.StructType:
		return members(t, form)
	}
	return golden.ParseValue(t, form)
}

func elements(t arrow.DataType, form any) (any, error) {
	forms, ok := form.([]any)
	if !ok {
		return nil, fmt.Errorf("a list is an array, not %v", form)
	}
	values := make([]any, len(forms))
	for i, f := range forms {
		var err error
		if values[i], err = value(t, f); err != nil {
			return nil, fmt.Errorf("element %d: %w", i, err)
		}
	}
	return values, nil
}

func members(t *arrow.StructType, form any) (any, error) {
	forms, ok := form.(map[string]any)
	if !ok || len(forms) != t.NumFields() {
		return nil, fmt.Errorf("a struct is an object with its %d members, not %v", t.NumFields(), form)
	}
	values := make([]any, t.NumFields())
	for i, f := range t.Fields() {
		var err error
		if values[i], err = value(f.Type, forms[f.Name]); err != nil {
			return nil, fmt.Errorf("member %q: %w", f.Name, err)
		}
	}
	return values, nil
}

func entries(t *arrow.MapType, form any) (any, error) {
	forms, ok := form.([]any)
	if !ok {
		return nil, fmt.Errorf("a map is an array of pairs, not %v", form)
	}
	all := make([]block.MapEntry, len(forms))
	for i, f := range forms {
		pair, ok := f.([]any)
		if !ok || len(pair) != 2 {
			return nil, fmt.Errorf("entry %d is a key and a value, not %v", i, f)
		}
		var err error
		if all[i].Key, err = value(t.KeyType(), pair[0]); err != nil {
			return nil, fmt.Errorf("key %d: %w", i, err)
		}
		if all[i].Value, err = value(t.ItemType(), pair[1]); err != nil {
			return nil, fmt.Errorf("value %d: %w", i, err)
		}
	}
	return all, nil
}
