package tsserver

import "athena-timestream/local/internal/tsdb"

type settingsShape struct {
	MaxQueryTCU       *int64
	QueryPricingModel *string
	QueryCompute      *computeShape
}

type computeShape struct {
	ComputeMode         *string
	ProvisionedCapacity *capacityShape `json:",omitempty"`
}

// capacityShape is both the request's and the answer's form; they share the notifications only.
type capacityShape struct {
	TargetQueryTCU            *int64             `json:",omitempty"`
	ActiveQueryTCU            *int64             `json:",omitempty"`
	NotificationConfiguration *notificationShape `json:",omitempty"`
	LastUpdate                *lastUpdateShape   `json:",omitempty"`
}

type notificationShape struct {
	SnsConfiguration *topicShape `json:",omitempty"`
	RoleArn          *string
}

type topicShape struct{ TopicArn *string }

type lastUpdateShape struct {
	TargetQueryTCU int64
	Status         string
}

// describeAccountSettings is the operation DescribeAccountSettings.
func (s *Server) describeAccountSettings(*call) (any, error) {
	return showSettings(s.db.Settings()), nil
}

// The pricing model and the modes.
const (
	computeUnits = "COMPUTE_UNITS"
	onDemand     = "ON_DEMAND"
	provisioned  = "PROVISIONED"
)

func showSettings(settings tsdb.Settings) *settingsShape {
	most := int64(settings.MaxTCU)
	compute := &computeShape{ComputeMode: optionalText(onDemand)}
	if p := settings.Provisioned; p != nil {
		target := int64(p.TargetTCU)
		compute.ComputeMode = optionalText(provisioned)
		compute.ProvisionedCapacity = &capacityShape{ActiveQueryTCU: &target, LastUpdate: &lastUpdateShape{target, "SUCCEEDED"}}
		if p.RoleARN != "" {
			n := &notificationShape{RoleArn: &p.RoleARN}
			if p.TopicARN != "" {
				n.SnsConfiguration = &topicShape{&p.TopicARN}
			}
			compute.ProvisionedCapacity.NotificationConfiguration = n
		}
	}
	return &settingsShape{&most, optionalText(computeUnits), compute}
}

// updateAccountSettings is the operation UpdateAccountSettings. Changes take effect at once.
func (s *Server) updateAccountSettings(c *call) (any, error) {
	in := &settingsShape{}
	if err := c.decode(in); err != nil {
		return nil, err
	}
	if err := in.validate(); err != nil {
		return nil, err
	}
	settings, err := s.db.ChangeSettings(c.ctx, in.apply)
	return showSettings(settings), err
}

func (in *settingsShape) validate() error {
	var c constraints
	c.oneOf("queryPricingModel", in.QueryPricingModel, "BYTES_SCANNED", computeUnits)
	if q := in.QueryCompute; q != nil {
		c.oneOf("queryCompute.computeMode", q.ComputeMode, onDemand, provisioned)
		if q.ProvisionedCapacity != nil {
			q.ProvisionedCapacity.check(&c)
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	switch q := in.QueryCompute; {
	case text(in.QueryPricingModel) == "BYTES_SCANNED":
		return invalid("The query pricing model can only be set to COMPUTE_UNITS.")
	case !validTCU(in.MaxQueryTCU):
		return invalid("MaxQueryTCU must be a multiple of 4 between 4 and 1000.")
	case q == nil:
		return nil
	case text(q.ComputeMode) == provisioned && q.ProvisionedCapacity == nil:
		return invalid("ProvisionedCapacity is required for the compute mode PROVISIONED.")
	case text(q.ComputeMode) != provisioned && q.ProvisionedCapacity != nil:
		return invalid("ProvisionedCapacity can only be specified for the compute mode PROVISIONED.")
	case q.ProvisionedCapacity != nil && !validTCU(q.ProvisionedCapacity.TargetQueryTCU):
		return invalid("TargetQueryTCU must be a multiple of 4 between 4 and 1000.")
	}
	return nil
}

func (p *capacityShape) check(c *constraints) {
	c.in("queryCompute.provisionedCapacity", -1)
	present(c, "targetQueryTCU", p.TargetQueryTCU)
	if n := p.NotificationConfiguration; n != nil {
		c.required("notificationConfiguration.roleArn", n.RoleArn)
		c.length("notificationConfiguration.roleArn", n.RoleArn, 1, 2048)
		if n.SnsConfiguration != nil {
			c.required("notificationConfiguration.snsConfiguration.topicArn", n.SnsConfiguration.TopicArn)
			c.length("notificationConfiguration.snsConfiguration.topicArn", n.SnsConfiguration.TopicArn, 1, 2048)
		}
	}
	c.out()
}

// validTCU is the rule of UpdateAccountSettings' MaxQueryTCU; absent is fine.
func validTCU(n *int64) bool { return n == nil || *n >= 4 && *n <= 1000 && *n%4 == 0 }

func (in *settingsShape) apply(s *tsdb.Settings) {
	if in.MaxQueryTCU != nil {
		s.MaxTCU = int(*in.MaxQueryTCU)
	}
	if in.QueryCompute == nil || in.QueryCompute.ComputeMode == nil {
		return
	}
	s.Provisioned = nil
	if p := in.QueryCompute.ProvisionedCapacity; p != nil {
		s.Provisioned = &tsdb.Provisioned{TargetTCU: int(*p.TargetQueryTCU)}
		if n := p.NotificationConfiguration; n != nil {
			s.Provisioned.RoleARN = text(n.RoleArn)
			if n.SnsConfiguration != nil {
				s.Provisioned.TopicARN = text(n.SnsConfiguration.TopicArn)
			}
		}
	}
}
