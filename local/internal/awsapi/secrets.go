package awsapi

import (
	"sync"
	"time"
)

// secrets is a Secrets Manager of string secrets, kept in memory.
type secrets struct {
	mu     sync.Mutex
	values map[string]secret
}

type secret struct {
	value   string
	created time.Time
}

func newSecrets() *secrets { return &secrets{values: map[string]secret{}} }

func (s *secrets) operations() operations {
	return operations{
		"CreateSecret":   operation(s.create),
		"GetSecretValue": operation(s.get),
	}
}

func (s *secrets) create(in struct{ Name, SecretString string }) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.values[in.Name]; taken {
		return nil, badRequest("ResourceExistsException", "The operation failed because the secret %s already exists.", in.Name)
	}
	s.values[in.Name] = secret{value: in.SecretString, created: time.Now()}
	return map[string]any{"ARN": secretARN(in.Name), "Name": in.Name, "VersionId": secretVersion}, nil
}

func (s *secrets) get(in struct{ SecretId string }) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, held := range s.values {
		if in.SecretId == name || in.SecretId == secretARN(name) {
			return map[string]any{
				"ARN": secretARN(name), "Name": name, "VersionId": secretVersion,
				"SecretString": held.value, "VersionStages": []string{"AWSCURRENT"},
				"CreatedDate": float64(held.created.UnixMilli()) / 1000,
			}, nil
		}
	}
	return nil, badRequest("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

// secretVersion is the only version that a secret has here: there is no call that changes one.
const secretVersion = "00000000-0000-4000-8000-000000000001"

func secretARN(name string) string {
	return "arn:aws:secretsmanager:" + Region + ":" + Account + ":secret:" + name + "-AbCdEf"
}
