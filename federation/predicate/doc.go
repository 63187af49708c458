// Package predicate holds what Athena asks of a table's rows: the constraint on each column as a set of values,
// expressions over several columns, ordering and limit.
//
// A [ValueSet] is one of three kinds, as on the wire: [SortedRangeSet] for types with an order, [EquatableValueSet] for
// lists of values, [AllOrNoneValueSet] for the rest. [Union], [Intersect] and [Complement] work on all kinds and on
// mixtures of them, and their results are exact: a value is in the union exactly if it is in one of the operands.
//
// Values are compared as the Java SDK compares them ([Compare]), because the engine has already reasoned with that
// order. Where the Java SDK contradicts itself this package does not follow: null is in a set exactly if the set allows
// null, also for a black list, and a set is "all" or "none" only if that holds for null too.
//
// Nothing here knows JSON or Arrow bytes; package message puts these types on the wire. All types are immutable once
// built, apart from the plain structs, and safe to share between goroutines.
package predicate
