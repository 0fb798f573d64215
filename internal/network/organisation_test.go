// SPDX-License-Identifier: Apache-2.0

package network_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/db/dbtest"
	"escale/internal/kit/id"
	"escale/internal/network"
)

// tree makes a delegation, two branches under it and an antenna under the first.
func tree(t *testing.T, d *db.DB) (v access.Viewer, top, north, south, antenna id.ID) {
	t.Helper()
	top, north, south, antenna = id.New(), id.New(), id.New(), id.New()
	v = viewer(top, access.Coordinator)
	must(t, d, func(ctx context.Context, tx db.Tx) error {
		for _, o := range []network.Organisation{
			{ID: top, Name: "Délégation", Kind: "ASSO"},
			{ID: north, Parent: top, Name: "Nord", Kind: "ASSO"},
			{ID: south, Parent: top, Name: "Sud", Kind: "ASSO"},
			{ID: antenna, Parent: north, Name: "Antenne", Kind: "ASSO", Siret: "21440109300015", Listed: true},
		} {
			if _, err := network.AddOrganisation(ctx, tx, v, o); err != nil {
				return err
			}
		}
		return nil
	})
	return v, top, north, south, antenna
}

func TestMovingABranchKeepsItsHistory(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		v, top, north, south, antenna := tree(t, d)
		later := day.AddDays(30)
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			return network.MoveOrganisation(ctx, tx, v, antenna, south, later)
		})
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			got, err := network.Hangings(ctx, tx, antenna)
			if err != nil {
				return err
			}
			want := []network.Hanging{{Parent: north, From: day, Until: later}, {Parent: south, From: later}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("hangings (-want +got):\n%s", diff)
			}
			line, err := network.Line(ctx, tx, antenna)
			if diff := cmp.Diff([]id.ID{antenna, south, top}, line); diff != "" || err != nil {
				t.Errorf("line: %v\n%s", err, diff)
			}
			branch, err := network.Branch(ctx, tx, south)
			if diff := cmp.Diff([]id.ID{south, antenna}, branch); diff != "" || err != nil {
				t.Errorf("branch: %v\n%s", err, diff)
			}
			return nil
		})
	})
}

func TestABranchCannotHangUnderItself(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		v, _, north, _, antenna := tree(t, d)
		for _, under := range []id.ID{antenna, north} {
			err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
				return network.MoveOrganisation(ctx, tx, v, north, under, day)
			})
			if !errors.Is(err, network.ErrCycle) {
				t.Errorf("under %s: got %v, want ErrCycle", under, err)
			}
		}
	})
}

func TestOnlyThoseWhoKeepABranchChangeIt(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		v, _, north, south, antenna := tree(t, d)
		cases := map[string]struct {
			by   access.Viewer
			want error
		}{
			"coordinator of the top":     {v, nil},
			"coordinator of the parent":  {viewer(north, access.Coordinator), nil},
			"coordinator of a sister":    {viewer(south, access.Coordinator), network.ErrForbidden},
			"mediator of the branch":     {viewer(antenna, access.Mediator), network.ErrForbidden},
			"nobody":                     {access.Viewer{}, network.ErrForbidden},
			"administrator of elsewhere": {viewer(id.New(), access.Administrator), network.ErrForbidden},
		}
		for name, c := range cases {
			err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
				o, err := network.GetOrganisation(ctx, tx, antenna)
				if err != nil {
					return err
				}
				o.Name = name
				_, err = network.EditOrganisation(ctx, tx, c.by, o)
				return err
			})
			if !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", name, err, c.want)
			}
		}
	})
}

func TestAStaleOrganisationIsRefused(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		v, _, _, _, antenna := tree(t, d)
		edit := func(version int64, name string) (network.Organisation, error) {
			var out network.Organisation
			err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
				var err error
				out, err = network.EditOrganisation(ctx, tx, v, network.Organisation{ID: antenna, Name: name, Kind: "ASSO", Version: version})
				return err
			})
			return out, err
		}
		if _, err := edit(1, "première"); err != nil {
			t.Fatal(err)
		}
		if _, err := edit(1, "seconde"); !errors.Is(err, db.ErrStale) {
			t.Errorf("got %v, want ErrStale", err)
		}
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			o, err := network.GetOrganisation(ctx, tx, antenna)
			if o.Name != "première" || o.Version != 2 || o.Siret != "" {
				t.Errorf("got %+v", o)
			}
			return err
		})
	})
}

func TestAWorkerBelongsToSeveralOrganisationsInTime(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		v, _, north, south, _ := tree(t, d)
		want := network.Worker{Name: "Nadia B.", Kind: "digital_mediator", Job: "J’aide à faire soi-même.", Skills: []string{"tablette"}, Languages: []string{"fr", "ar"}, Speaks: true, Listed: true}
		var second network.Membership
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			var err error
			if want, err = network.AddWorker(ctx, tx, v, want, north, day.AddDays(-100)); err != nil {
				return err
			}
			second, err = network.Join(ctx, tx, v, want.ID, south, day.AddDays(-10))
			return err
		})
		err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			_, err := network.Join(ctx, tx, v, want.ID, south, day)
			return err
		})
		if !db.RefusedBy(err, "uq_membership_worker_id_organisation_id") {
			t.Errorf("twice at a time: got %v", err)
		}
		must(t, d, func(ctx context.Context, tx db.Tx) error { return network.Leave(ctx, tx, v, second.ID, day) })
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			got, err := network.GetWorker(ctx, tx, want.ID)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("worker: %v\n%s", err, diff)
			}
			for at, n := range map[clock.Date]int{day.AddDays(-11): 0, day: 1, day.AddDays(1): 0} {
				found, err := network.WorkersOf(ctx, tx, south, at)
				if len(found) != n || err != nil {
					t.Errorf("south on %s: got %d, %v, want %d", at, len(found), err, n)
				}
			}
			all, err := network.Memberships(ctx, tx, want.ID)
			if len(all) != 2 || all[0].Organisation != north || all[1].On(day.AddDays(1)) || !all[1].On(day) {
				t.Errorf("memberships: %+v", all)
			}
			return err
		})
	})
}

func TestAWorkerEditsHerOwnCard(t *testing.T) {
	dbtest.RunAt(t, clock.Fixed(noon), func(t *testing.T, d *db.DB) {
		v, _, north, south, _ := tree(t, d)
		var w network.Worker
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			var err error
			w, err = network.AddWorker(ctx, tx, v, network.Worker{Name: "Nadia B.", Kind: "volunteer"}, north, day)
			return err
		})
		her := access.NewViewer(id.New(), w.ID, north, []access.Grant{{Organisation: north, Role: access.Volunteer}})
		edit := func(by access.Viewer, w network.Worker) error {
			return d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
				_, err := network.EditWorker(ctx, tx, by, w)
				return err
			})
		}
		w.Listed = true
		if err := edit(viewer(south, access.Coordinator), w); !errors.Is(err, network.ErrForbidden) {
			t.Errorf("coordinator of another branch: got %v", err)
		}
		if err := edit(her, w); err != nil {
			t.Errorf("herself: %v", err)
		}
		if err := edit(her, w); !errors.Is(err, db.ErrStale) {
			t.Errorf("stale: got %v", err)
		}
	})
}

func TestKindsAreData(t *testing.T) {
	for name, list := range map[string][]network.Kind{"workers": network.WorkerKinds(), "organisations": network.OrganisationKinds()} {
		seen := map[string]bool{}
		for _, k := range list {
			if k.Code == "" || k.Label == "" || seen[k.Code] {
				t.Errorf("%s: %+v is empty or comes twice", name, k)
			}
			seen[k.Code] = true
		}
	}
	if got := len(network.WorkerKinds()); got != 19 {
		t.Errorf("%d kinds of workers, R2 names 19", got)
	}
}

func TestANetworkIsOrganisationsOnCommunes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		v, top, _, south, _ := tree(t, d)
		want := network.Network{Name: "Réseau", Communes: []string{"35238", "44109"}, Organisations: []id.ID{top, south}}
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			var err error
			want, err = network.AddNetwork(ctx, tx, v, want)
			return err
		})
		want.Communes = []string{"44109"}
		stale := want
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			var err error
			want, err = network.EditNetwork(ctx, tx, v, want)
			return err
		})
		err := d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			_, err := network.EditNetwork(ctx, tx, v, stale)
			return err
		})
		if !errors.Is(err, db.ErrStale) {
			t.Errorf("stale: got %v", err)
		}
		err = d.Update(context.Background(), func(ctx context.Context, tx db.Tx) error {
			_, err := network.AddNetwork(ctx, tx, viewer(top, access.SocialWorker), network.Network{Name: "x"})
			return err
		})
		if !errors.Is(err, network.ErrForbidden) {
			t.Errorf("social worker: got %v", err)
		}
		must(t, d, func(ctx context.Context, tx db.Tx) error {
			got, err := network.Networks(ctx, tx)
			if diff := cmp.Diff([]network.Network{want}, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got)\n%s", err, diff)
			}
			return nil
		})
	})
}
