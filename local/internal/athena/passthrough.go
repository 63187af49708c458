package athena

import (
	"context"
	"fmt"
	"strings"

	"athena-timestream/federation/message"
	"athena-timestream/local/internal/sqlparse"
)

// passthrough opens TABLE(catalog.system.query(query => '…')): a query in the
// source's own language, whose result is a table.
func (s *session) passthrough(ctx context.Context, f *sqlparse.TableFunction, name string) (*scan, error) {
	parts := lowerNames(f.Name)
	if len(parts) == 3 {
		if err := s.checkCatalog(f.Name[0].Name); err != nil {
			return nil, err
		}
		parts = parts[1:]
	}
	if err := s.greet(ctx); err != nil {
		return nil, err
	}
	if len(parts) != 2 {
		return nil, fmt.Errorf("table function %s: write %s.system.query", strings.Join(parts, "."), s.engine.catalog())
	}
	signature, names, ok := passthroughOf(s.capabilities, parts[0], parts[1])
	if !ok {
		return nil, fmt.Errorf("the connector has no table function %s.%s", parts[0], parts[1])
	}
	args, err := passthroughArguments(f, signature, names)
	if err != nil {
		return nil, err
	}
	table, err := s.client.GetTable(ctx, message.TableName{Schema: parts[0], Table: parts[1]}, args)
	if err != nil {
		return nil, s.failed("columns of the passthrough query", err)
	}
	sc := newScan(f.Pos(), name, table)
	sc.passthrough = args
	sc.demandAll()
	return sc, nil
}

// passthroughArguments matches the arguments written with the declared names,
// which are case sensitive for the connector and not in SQL.
func passthroughArguments(f *sqlparse.TableFunction, signature string, names []string) (map[string]string, error) {
	args := map[string]string{"schemaFunctionName": signature}
	for i, a := range f.Args {
		text, ok := a.Value.(*sqlparse.StringLit)
		if !ok {
			return nil, fmt.Errorf("argument %d of %s must be a string", i+1, signature)
		}
		declared := ""
		for at, name := range names {
			if strings.EqualFold(name, a.Name.Name) || a.Name.Name == "" && at == i {
				declared = name
			}
		}
		if declared == "" {
			return nil, fmt.Errorf("%s has no argument %s, it has: %s", signature, a.Name.Name, strings.Join(names, ", "))
		}
		args[declared] = text.Value
	}
	return args, nil
}
