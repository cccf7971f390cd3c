/** The record of who came, what was refused, and what was changed. */
@NullMarked
package io.whimbrel.server.audit;

import org.jspecify.annotations.NullMarked;
