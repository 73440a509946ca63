CREATE TABLE tour_stop (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid NOT NULL REFERENCES org (id) ON DELETE CASCADE,
    tour_id uuid NOT NULL REFERENCES tour (id) ON DELETE CASCADE,
    place text NOT NULL,
    arrives_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_tour_stop_org_id ON tour_stop (org_id);
CREATE INDEX ix_tour_stop_tour_id ON tour_stop (tour_id, arrives_at);
