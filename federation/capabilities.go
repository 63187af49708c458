package federation

import "athena-timestream/federation/message"

// FilterPushdown declares that reads leave out rows that the sets of
// [predicate.Constraints.Summary] exclude, whatever kind of set it is.
func FilterPushdown() message.Capability {
	return message.Capability{Name: "supports_filter_pushdown", Entries: []message.CapabilityEntry{
		{SubType: "sorted_range_set"}, {SubType: "equatable_range_set"}, {SubType: "all_or_none_value_set"}, {SubType: "nullable_comparison"},
	}}
}

// ExpressionPushdown declares that reads leave out rows for which an expression of
// the named functions is not true. The names are those of package predicate, such
// as [predicate.LikePattern].
func ExpressionPushdown(functions ...string) message.Capability {
	return message.Capability{Name: "supports_complex_expression_pushdown", Entries: []message.CapabilityEntry{
		{SubType: "supported_function_expression_types", Properties: functions},
	}}
}

// LimitPushdown declares that reads may end after [predicate.Constraints.Limit]
// rows. See [CapabilityReporter] for when they may.
func LimitPushdown() message.Capability {
	return message.Capability{Name: "supports_limit_pushdown", Entries: []message.CapabilityEntry{{SubType: "integer_constant"}}}
}

// TopNPushdown declares that reads may end after the first Limit rows in the order
// of [predicate.Constraints.OrderBy].
func TopNPushdown() message.Capability {
	return message.Capability{Name: "supports_top_n_pushdown", Entries: []message.CapabilityEntry{{SubType: "SUPPORTS_ORDER_BY"}}}
}
