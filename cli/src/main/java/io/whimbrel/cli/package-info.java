/** The command line. */
@NullMarked
package io.whimbrel.cli;

import org.jspecify.annotations.NullMarked;
