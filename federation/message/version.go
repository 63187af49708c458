package message

import "athena-timestream/federation/block"

// Version is a serde version of the protocol.
type Version int

// The versions this package speaks. Version 1, an older format of other shape, is not among them.
const (
	Oldest Version = 2
	Newest Version = 6
)

// feature is one change of the format, named by what it added, as the version that brought it.
type feature Version

const (
	currentFraming  feature = 3 // Arrow bytes with a continuation marker and metadata version V5
	expressions     feature = 4 // Constraints: expression, orderByClause, limit
	capabilities    feature = 4 // the pair GetDataSourceCapabilities
	passthroughArgs feature = 5 // queryPassthroughArguments of Constraints and GetTableRequest
	queryPlan       feature = 6 // Constraints: queryPlan
)

func (v Version) has(f feature) bool { return v >= Version(f) }

// Valid reports whether this package speaks the version.
func (v Version) Valid() bool { return v >= Oldest && v <= Newest }

// HasExpressions reports whether constraints carry expressions, ordering and limit.
func (v Version) HasExpressions() bool { return v.has(expressions) }

// HasCapabilities reports whether there is a GetDataSourceCapabilitiesRequest.
func (v Version) HasCapabilities() bool { return v.has(capabilities) }

// HasPassthrough reports whether requests carry the arguments of a query passthrough.
func (v Version) HasPassthrough() bool { return v.has(passthroughArgs) }

// HasQueryPlan reports whether constraints carry a query plan.
func (v Version) HasQueryPlan() bool { return v.has(queryPlan) }

// Framing is the form of Arrow bytes inside messages. Spilled objects are always in block.Legacy.
func (v Version) Framing() block.Framing {
	if v.has(currentFraming) {
		return block.Current
	}
	return block.Legacy
}
