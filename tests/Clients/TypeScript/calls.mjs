// What both scripts share: one line for each call, and a summary.
const results = [];

/** Makes a call, and prints one line for it. Returns the result, or undefined if the call failed. */
export async function call(name, make, check = (result) => result !== undefined) {
    try {
        const result = await make();
        if (!check(result)) {
            throw new Error("the result isn't the expected one: " + JSON.stringify(result)?.slice(0, 300));
        }

        results.push({ name, passed: true });
        console.log("ok       " + name);
        return result;
    } catch (error) {
        results.push({ name, passed: false });
        console.log("FAILED   " + name + ": " + String(error?.body?.message ?? error?.message ?? error).slice(0, 300));
        return undefined;
    }
}

/** Makes a call of an API that the service has removed. It must be refused with status 404. */
export async function retired(name, make) {
    try {
        for await (const _ of (await make()) ?? []) {
            break;
        }

        results.push({ name, passed: false });
        console.log("FAILED   " + name + ": it was answered");
    } catch (error) {
        const passed = error?.statusCode === 404;
        results.push({ name, passed, isRetired: true });
        console.log((passed ? "retired  " : "FAILED   ") + name + ": " + String(error?.body?.message ?? error?.message).slice(0, 120));
    }
}

/** Reads a stream to its end. */
export async function all(stream) {
    const items = [];
    for await (const item of await stream) {
        items.push(item);
    }

    return items;
}

/** Waits until a job has ended. */
export async function settled(get, isSettled) {
    for (let attempt = 0; attempt < 300; attempt++) {
        const item = await get();
        if (isSettled(item)) {
            return item;
        }

        await new Promise((resolve) => setTimeout(resolve, 50));
    }

    throw new Error("the job doesn't end");
}

/** Prints the summary. The exit code is the number of calls that failed, up to 254. */
export function summarize() {
    const calls = results.filter((result) => !result.isRetired);
    const removed = results.filter((result) => result.isRetired);
    const failed = results.filter((result) => !result.passed);
    console.log(`${calls.filter((result) => result.passed).length} of ${calls.length} calls succeeded`);
    if (removed.length > 0) {
        console.log(`${removed.filter((result) => result.passed).length} of ${removed.length} calls of removed APIs were refused with 404`);
    }

    process.exitCode = Math.min(failed.length, 254);
}

/** The address and the key from the arguments. */
export function target() {
    const [address, key] = process.argv.slice(2);
    if (!key) {
        console.error("Usage: node script.mjs <address of the emulator> <key>");
        process.exit(255);
    }

    return { address: address.replace(/\/$/, ""), key };
}
