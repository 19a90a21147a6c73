/** The command as a process of its own. */
import { scanCommand } from "../../rooms/map/scan/command.ts";

process.exitCode = await scanCommand(process.argv.slice(2));
