@NullMarked
package io.aegis.cli.execution;

import org.jspecify.annotations.NullMarked;
