package tsdb

import (
	"context"
	"encoding/json"
	"fmt"

	"athena-timestream/local/internal/duck"
)

// Settings are the account's settings for queries. They change nothing here; programs read them to choose how much to ask
// for at once.
type Settings struct {
	MaxTCU      int
	Provisioned *Provisioned // nil: on demand
}

// Provisioned is compute capacity that is kept ready.
type Provisioned struct {
	TargetTCU         int
	TopicARN, RoleARN string // of notifications; empty for none
}

// NewSettings are those of a new account.
func NewSettings() Settings { return Settings{MaxTCU: 200} }

// Settings returns the account's settings.
func (db *DB) Settings() Settings {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.settings
}

// ChangeSettings stores what change makes of the settings, and returns it.
func (db *DB) ChangeSettings(ctx context.Context, change func(*Settings)) (Settings, error) {
	db.writing.Lock()
	defer db.writing.Unlock()
	changed := db.Settings()
	change(&changed)
	doc, err := json.Marshal(changed)
	if err != nil {
		return Settings{}, err
	}
	err = db.duck.Update(ctx, func(tx *duck.Tx) error {
		if err := tx.Exec(ctx, "DELETE FROM meta.settings"); err != nil {
			return err
		}
		return tx.Exec(ctx, "INSERT INTO meta.settings VALUES (?)", string(doc))
	})
	if err != nil {
		return Settings{}, fmt.Errorf("change the account's settings: %w", err)
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.settings = changed
	return changed, nil
}
