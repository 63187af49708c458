package duck

/*
#include <stdint.h>
#include <stdlib.h>

void duck_function_call(void *, void *, void *);
void duck_function_free(void *);
*/
import "C"

import (
	"fmt"
	"runtime/cgo"
	"strings"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	duckdb "github.com/duckdb/duckdb-go/v2/mapping"
)

// Function is a scalar function in Go that statements call by name.
type Function struct {
	Name   string
	Params []string // DuckDB types: those of a [Kind] without parts, each with any number of [] behind it
	Result string

	// Call computes one value. Arguments and result have the Go types of [Rows.Values]; with a null argument the result is
	// null and Call is not asked. It must give the same result for the same arguments, must not keep them, and is called
	// from several threads at once. The statement fails with its error.
	Call func(args []any) (any, error)
}

// Define makes functions known to every connection, before the first statement that calls one. They last as long as the
// database is open and are not stored in its file; a name that is taken is an error.
func (db *DB) Define(functions ...Function) error {
	conn, err := db.connect()
	if err != nil {
		return err
	}
	defer db.release(conn, false)
	for _, f := range functions {
		if err := define(conn, f); err != nil {
			return fmt.Errorf("define function %s: %w", f.Name, err)
		}
	}
	return nil
}

// boundFunction is a Function with its types resolved; DuckDB holds it by a handle.
type boundFunction struct {
	Function
	params []*Type
	result *Type
}

func define(conn duckdb.Connection, f Function) error {
	b := &boundFunction{Function: f}
	sf := duckdb.CreateScalarFunction()
	defer duckdb.DestroyScalarFunction(&sf)
	duckdb.ScalarFunctionSetName(sf, f.Name)
	for _, p := range f.Params {
		t, err := withLogicalType(p, func(lt duckdb.LogicalType) { duckdb.ScalarFunctionAddParameter(sf, lt) })
		if err != nil {
			return err
		}
		b.params = append(b.params, t)
	}
	t, err := withLogicalType(f.Result, func(lt duckdb.LogicalType) { duckdb.ScalarFunctionSetReturnType(sf, lt) })
	if err != nil {
		return err
	}
	b.result = t
	if err := writable(t); err != nil {
		return err
	}
	cell := (*C.uintptr_t)(C.malloc(C.size_t(unsafe.Sizeof(C.uintptr_t(0)))))
	*cell = C.uintptr_t(cgo.NewHandle(b))
	duckdb.ScalarFunctionSetExtraInfo(sf, unsafe.Pointer(cell), C.duck_function_free)
	duckdb.ScalarFunctionSetFunction(sf, C.duck_function_call)
	if duckdb.RegisterScalarFunction(conn, sf) == duckdb.StateError {
		return fmt.Errorf("DuckDB does not take it: is the name in use?")
	}
	return nil
}

// withLogicalType hands the type that text names to use, and destroys it afterwards.
func withLogicalType(text string, use func(duckdb.LogicalType)) (*Type, error) {
	base := strings.TrimRight(text, "[]")
	for id, f := range flatKinds {
		if f.text != base {
			continue
		}
		lt := duckdb.CreateLogicalType(id)
		for range (len(text) - len(base)) / 2 {
			list := duckdb.CreateListType(lt)
			duckdb.DestroyLogicalType(&lt)
			lt = list
		}
		defer duckdb.DestroyLogicalType(&lt)
		use(lt)
		return typeOf(lt)
	}
	return nil, fmt.Errorf("the type %s has parts or does not exist", text)
}

//export duck_function_free
func duck_function_free(extra unsafe.Pointer) {
	cgo.Handle(*(*C.uintptr_t)(extra)).Delete()
	C.free(extra)
}

//export duck_function_call
func duck_function_call(info, input, output unsafe.Pointer) {
	fi := duckdb.FunctionInfo{Ptr: info}
	cell := (*C.uintptr_t)(duckdb.ScalarFunctionGetExtraInfo(fi))
	f, ok := cgo.Handle(*cell).Value().(*boundFunction)
	if !ok {
		duckdb.ScalarFunctionSetError(fi, "the function is gone")
		return
	}
	if err := f.run(duckdb.DataChunk{Ptr: input}, duckdb.Vector{Ptr: output}); err != nil {
		duckdb.ScalarFunctionSetError(fi, err.Error())
	}
}

// run computes one chunk. A panic would take the process down with it, across C, so it becomes the statement's error.
func (f *boundFunction) run(in duckdb.DataChunk, out duckdb.Vector) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("function %s failed: %v", f.Name, p)
		}
	}()
	at, err := f.result.ArrowType()
	if err != nil {
		return err
	}
	b := array.NewBuilder(memory.DefaultAllocator, at)
	defer b.Release()
	readers := make([]reader, len(f.params))
	for i, t := range f.params {
		readers[i] = newReader(duckdb.DataChunkGetVector(in, duckdb.IdxT(i)), t)
	}
	rows := int(duckdb.DataChunkGetSize(in))
	args := make([]any, len(readers))
	for row := range rows {
		v, err := f.value(readers, args, row)
		if err != nil {
			return err
		}
		if err := appendValue(b, v); err != nil {
			return fmt.Errorf("function %s: %w", f.Name, err)
		}
	}
	values := b.NewArray()
	defer values.Release()
	return writeArray(out, f.result, values, span{n: rows})
}

func (f *boundFunction) value(readers []reader, args []any, row int) (any, error) {
	for i, read := range readers {
		if args[i] = read(row); args[i] == nil {
			return nil, nil
		}
	}
	return f.Call(args)
}
