package message

import (
	"fmt"

	"athena-timestream/federation/predicate"
)

// Kinds of expressions.
const (
	constantExpression = "ConstantExpression"
	variableExpression = "VariableExpression"
	callExpression     = "FunctionCallExpression"
)

// expression passes an expression of any kind.
func expression(w *walker, p *predicate.Expression) {
	if !w.notNull(*p == nil) {
		return
	}
	w.braces(func() {
		var kind string
		var err error
		if !w.decoding() {
			if kind, err = expressionKind(*p); err != nil {
				w.fail("%w", err)
				return
			}
		}
		w.discriminator(&kind)
		var e predicate.Expression
		switch kind {
		case constantExpression:
			c, _ := (*p).(predicate.Constant)
			constant(w, &c)
			e = c
		case variableExpression:
			v, _ := (*p).(predicate.Variable)
			variable(w, &v)
			e = v
		case callExpression:
			c, _ := (*p).(predicate.Call)
			call(w, &c)
			e = c
		default:
			w.fail("no serde configured for expression %s", kind)
		}
		if w.decoding() {
			*p = e
		}
	})
}

func expressionKind(e predicate.Expression) (string, error) {
	switch e.(type) {
	case predicate.Constant:
		return constantExpression, nil
	case predicate.Variable:
		return variableExpression, nil
	case predicate.Call:
		return callExpression, nil
	}
	return "", fmt.Errorf("unknown kind of expression %T (expressions are values, not pointers)", e)
}

func constant(w *walker, c *predicate.Constant) {
	var block values
	var err error
	if !w.decoding() && !c.NullBlock {
		if block, err = w.encodeValues(c.Type, c.Values...); err != nil {
			w.fail("%w", err)
			return
		}
	}
	w.field("valueBlock", func() {
		if !w.null(c.NullBlock) {
			block.walk(w)
		} else if w.decoding() {
			c.NullBlock = true
		}
	})
	w.dataType("type", &c.Type)
	if w.err != nil || !w.decoding() || c.NullBlock {
		return
	}
	if c.Type, c.Values, err = w.decodeValues(block, c.Type); err != nil {
		w.fail("%w", err)
	}
}

func variable(w *walker, v *predicate.Variable) {
	w.text("columnName", &v.Name)
	if w.err == nil && v.Name == "" {
		w.fail("the column name of a variable is empty")
	}
	w.dataType("type", &v.Type)
}

func call(w *walker, c *predicate.Call) {
	w.dataType("type", &c.Type)
	w.object("functionName", func() { w.text("functionName", &c.Function) })
	list(w, "arguments", &c.Args, func(e *predicate.Expression) { expression(w, e) })
}
