// SPDX-License-Identifier: Apache-2.0

package need

// Compare is the rule of the list's order, which the SQL must follow.
var Compare = compare
