// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"

	"escale/internal/access"
)

// routesCommand lists the addresses of the site and the permission of each.
type routesCommand struct {
	JSON bool `name:"json" help:"${help_json}"`
}

// routeAnswer is one address; see docs/commands.md.
type routeAnswer struct {
	Method     string            `json:"method"`
	Pattern    string            `json:"pattern"`
	Permission access.Permission `json:"permission"`
}

func (c routesCommand) Run(_ context.Context, io IO) error {
	answers, err := listRoutes()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(io.Out, answers)
	}
	for _, a := range answers {
		fmt.Fprintf(io.Out, "%-5s %-45s %s\n", a.Method, a.Pattern, a.Permission)
	}
	return nil
}
