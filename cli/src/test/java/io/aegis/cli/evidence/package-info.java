@NullMarked
package io.aegis.cli.evidence;

import org.jspecify.annotations.NullMarked;
