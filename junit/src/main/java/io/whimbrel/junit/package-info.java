/** A broker inside of a test: what it hears, and what may go wrong on the way to it. */
@NullMarked
package io.whimbrel.junit;

import org.jspecify.annotations.NullMarked;
