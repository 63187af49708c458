package sqlparse

// Options are the features in which the grammars of the two services differ.
type Options struct {
	ShortIntervals bool // 15m, 1d: one token, digits and unit without a space
	MeasureNames   bool // measure_value::double is one identifier
	Params         bool // @name
	Metadata       bool // SHOW MEASURES and UNLOAD exist
	Offset         bool // OFFSET n and FETCH FIRST n ROWS ONLY
	TimeZones      bool // AT TIME ZONE
	Windows        bool // the WINDOW clause, and frames in GROUPS
	Semicolon      bool // one semicolon may end the statement
}

// Timestream is the grammar of Amazon Timestream for LiveAnalytics.
var Timestream = Options{ShortIntervals: true, MeasureNames: true, Params: true, Metadata: true}

// Athena is the grammar of Amazon Athena's SELECT.
var Athena = Options{Offset: true, TimeZones: true, Windows: true, Semicolon: true}

// Error is a statement that the grammar refuses. Message is without the place; Error adds it.
type Error struct {
	Place   Pos
	Message string
}

func (e *Error) Error() string { return e.Place.String() + ": " + e.Message }
