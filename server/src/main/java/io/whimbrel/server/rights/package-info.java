/** What clients may do: rules, where they are read from, and what they come to for one client. */
@NullMarked
package io.whimbrel.server.rights;

import org.jspecify.annotations.NullMarked;
