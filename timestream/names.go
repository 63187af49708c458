package timestream

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
)

// nameAge is how long a list of names, or a name that was found, is believed without asking again.
const nameAge = time.Minute

// maxKnown bounds the tables remembered.
const maxKnown = 10_000

// names finds the real spelling of databases and tables. What it learns lasts as long as the process, so that the
// calls of one Athena query, which mostly meet the same function instance, look names up once.
type names struct {
	list  lister
	now   func() time.Time
	known *cache[message.TableName, message.TableName] // real names by those that were asked for

	mu    sync.Mutex
	lists map[string]nameList // by real database name; "" has the databases
}

type nameList struct {
	names []string
	shown []string // as Athena spells them, sorted, each once
	at    time.Time
}

func newNames(l lister) *names {
	return &names{
		list: l, now: time.Now, lists: map[string]nameList{},
		known: newCache[message.TableName, message.TableName](nameAge, maxKnown),
	}
}

// databases lists all databases as Athena spells them, fresh from the service.
func (n *names) databases(ctx context.Context) ([]string, error) { return n.shown(ctx, "", true) }

// tables lists the tables of a database given by its real name, as Athena spells them. Unless fresh, a recent list will do.
func (n *names) tables(ctx context.Context, database string, fresh bool) ([]string, error) {
	return n.shown(ctx, database, fresh)
}

func (n *names) shown(ctx context.Context, database string, fresh bool) ([]string, error) {
	list, recent := n.cached(database)
	if fresh || !recent {
		var err error
		if list, err = n.fresh(ctx, database); err != nil {
			return nil, err
		}
	}
	return list.shown, nil
}

// likely is the real name of a table as far as can be told without asking anybody; the name itself if nothing is known.
func (n *names) likely(asked message.TableName) message.TableName {
	if real, ok := n.known.recall(asked); ok {
		return real
	}
	spelled := func(list, name string) string {
		all, recent := n.cached(list)
		real, err := match(all.names, name, "")
		if !recent || err != nil {
			return name
		}
		return real
	}
	database := spelled("", asked.Schema)
	return message.TableName{Schema: database, Table: spelled(database, asked.Table)}
}

// table is the real name of a table: the name itself if there is such a table, else the only one that differs from it
// in case alone. None is EntityNotFound, several are InvalidInput with all of them named.
func (n *names) table(ctx context.Context, asked message.TableName) (message.TableName, error) {
	if real, ok := n.known.recall(asked); ok {
		return real, nil
	}
	database, err := n.database(ctx, asked.Schema)
	if err != nil {
		return message.TableName{}, err
	}
	table, err := n.find(ctx, database, asked.Table, "table")
	if err != nil {
		return message.TableName{}, fmt.Errorf("database %s: %w", database, err)
	}
	real := message.TableName{Schema: database, Table: table}
	n.known.keep(asked, real)
	return real, nil
}

// database is the real name of a database; see table.
func (n *names) database(ctx context.Context, asked string) (string, error) {
	return n.find(ctx, "", asked, "database")
}

// find looks a name up in a recent list and, if it is not there, in a new one.
func (n *names) find(ctx context.Context, database, asked, kind string) (string, error) {
	list, cached := n.cached(database)
	if cached {
		if found, err := match(list.names, asked, kind); message.CodeOf(err) != federation.EntityNotFound {
			return found, err
		}
	}
	list, err := n.fresh(ctx, database)
	if err != nil {
		return "", err
	}
	return match(list.names, asked, kind)
}

func match(list []string, asked, kind string) (string, error) {
	if slices.Contains(list, asked) {
		return asked, nil
	}
	var found []string
	for _, name := range list {
		if strings.EqualFold(name, asked) {
			found = append(found, name)
		}
	}
	switch len(found) {
	case 0:
		return "", federation.Errorf(federation.EntityNotFound, "Timestream has no %s %q, in any letter case", kind, asked)
	case 1:
		return found[0], nil
	default:
		slices.Sort(found)
		return "", federation.Errorf(federation.InvalidInput,
			"%s %q is ambiguous: Timestream has %s, which differ only in letter case, and Athena cannot tell them apart; use query passthrough with the exact name, or a Glue view",
			kind, asked, strings.Join(found, " and "))
	}
}

func (n *names) cached(database string) (nameList, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l, ok := n.lists[database]
	return l, ok && n.now().Sub(l.at) < nameAge
}

func (n *names) fresh(ctx context.Context, database string) (nameList, error) {
	var list []string
	var err error
	if database == "" {
		list, err = n.list.databases(ctx)
	} else {
		list, err = n.list.tables(ctx, database)
	}
	if err != nil {
		return nameList{}, err
	}
	all := nameList{list, lowered(list), n.now()}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lists[database] = all
	return all, nil
}

// lowered are the names as Athena spells them, sorted, each once.
func lowered(list []string) []string {
	out := make([]string, len(list))
	for i, name := range list {
		out[i] = strings.ToLower(name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
