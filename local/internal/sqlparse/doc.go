// Package sqlparse reads the read-only SQL of the Presto family as Amazon Timestream and Amazon Athena speak it.
//
// It holds the tokens, the syntax tree and the recursive-descent parser; it knows nothing of tables or types. What differs
// between the two services (15m interval literals, measure_value::double as a name, OFFSET, AT TIME ZONE, …) is one
// feature each in Options. Text that the grammar does not know is refused with the service's form of message,
// "line 1:8: mismatched input 'x'. Expecting: …"; nothing is skipped or guessed.
//
// Every node remembers where it began and prints itself as SQL that parses to the same tree (String).
package sqlparse
