// Measures Cohere's TypeScript SDK with the loopback server whose address is the first argument.
// Prints the median milliseconds of each task as JSON.
import { CohereClientV2 } from 'cohere-ai';

const client = new CohereClientV2({ token: 'bench', environment: process.argv[2] });
const messages = [{ role: 'user', content: 'What is event 4625?' }];
const texts = Array.from({ length: 960 }, (_, index) => `text number ${index + 1}`);

async function embed() {
    const parts = [];
    for (let start = 0; start < texts.length; start += 96) {
        parts.push(texts.slice(start, start + 96));
    }

    // Five calls in parallel, as with the default of the cmdlet.
    let count = 0;
    await Promise.all(Array.from({ length: 5 }, async () => {
        while (parts.length > 0) {
            const answer = await client.embed({ model: 'embed-v4.0', inputType: 'search_document', embeddingTypes: ['float'], texts: parts.shift() });
            count += answer.embeddings.float.length;
        }
    }));
    return count;
}

async function stream() {
    let count = 0;
    for await (const _ of await client.chatStream({ model: 'command-a-03-2025', messages })) {
        count++;
    }

    return count;
}

async function median(warmUp, times, task) {
    const measured = [];
    for (let round = 0; round < warmUp + times; round++) {
        const start = process.hrtime.bigint();
        await task();
        if (round >= warmUp) {
            measured.push(Number(process.hrtime.bigint() - start) / 1e6);
        }
    }

    measured.sort((left, right) => left - right);
    return measured[(measured.length - 1) >> 1];
}

console.log(JSON.stringify({
    chat: await median(1000, 300, () => client.chat({ model: 'command-a-03-2025', messages })),
    stream: await median(30, 60, stream),
    embed: await median(5, 25, embed),
}));
