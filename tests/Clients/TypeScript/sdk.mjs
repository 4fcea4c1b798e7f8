// Drives every method of Cohere's TypeScript SDK at an emulator. A method that this script doesn't call is a failure.
import { CohereClient, CohereClientV2 } from "cohere-ai";
import { readFileSync } from "node:fs";
import { all, call, retired, settled, summarize, target } from "./calls.mjs";

const { address, key } = target();
const v1 = new CohereClient({ token: key, environment: address, maxRetries: 0 });
const v2 = new CohereClientV2({ token: key, environment: address, maxRetries: 0 });
const called = new Set();

const Chat = "command-a-03-2025";
const Reasoning = "command-a-reasoning-08-2025";
const Vision = "command-a-vision-07-2025";
const Embed = "embed-v4.0";
const Png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const user = (content) => [{ role: "user", content }];
const weather = {
    type: "function",
    function: {
        name: "get_weather",
        description: "Gets the weather of a city",
        parameters: { type: "object", properties: { city: { type: "string", description: "The city" } }, required: ["city"] },
    },
};
const weatherV1 = {
    name: "get_weather",
    description: "Gets the weather of a city",
    parameterDefinitions: { city: { type: "str", description: "The city", required: true } },
};
const question = "What is the weather in Toronto?";
const documents = [{ id: "a", data: { text: "Security logs are kept for 400 days." } }, { id: "b", data: { text: "Backups are kept for 35 days." } }];
const documentsV1 = [{ id: "a", text: "Security logs are kept for 400 days." }, { id: "b", text: "Backups are kept for 35 days." }];
const hasText = (answer) => answer.message.content.some((block) => block.type === "text" && block.text.length > 0);
const ends = (type) => (events) => events.at(-1).type === type || events.at(-1).eventType === type;

/** What a message of v2 says: its texts, its thoughts and the arguments of its calls. */
const said = (message) => [...(message.content ?? []).map((block) => block.text ?? block.thinking), ...(message.toolCalls ?? []).map((toolCall) => toolCall.function.arguments)].join("");

/** The same, from the events of a stream. */
const streamed = (events) => events.map(({ delta }) => delta?.message).map((message) => message?.content?.text ?? message?.content?.thinking ?? message?.toolCalls?.function?.arguments ?? "").join("");
const has = (type) => (events) => events.some((event) => event.type === type || event.eventType === type);
const texts = ["a cat", "a dog"];

/** Marks a method as called. */
function use(owner, method) {
    called.add(owner + "." + method);
}

async function chat(client, owner) {
    use(owner, "chat");
    use(owner, "chatStream");
    const both = [
        ["a message", { messages: user("Hello") }, hasText],
        ["a system message and a history", { messages: [{ role: "system", content: "Be brief." }, ...user("Hello"), { role: "assistant", content: "Hi" }, ...user("Again")] }, hasText],
        ["documents", { messages: user("How long are logs kept?"), documents }, (answer) => answer.message.citations.length > 0],
        ["documents without citations", { messages: user("How long are logs kept?"), documents, citationOptions: { mode: "OFF" } }, (answer) => !answer.message.citations?.length],
        ["tools", { messages: user(question), tools: [weather] }, (answer) => answer.message.toolCalls[0].function.name === "get_weather"],
        ["a required tool", { messages: user(question), tools: [weather], toolChoice: "REQUIRED" }, (answer) => answer.message.toolCalls.length > 0],
        ["a JSON schema", { messages: user("A JSON object for Ada"), responseFormat: { type: "json_object", jsonSchema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] } } }, (answer) => "name" in JSON.parse(answer.message.content[0].text)],
        ["a reasoning model", { model: Reasoning, messages: user("What is 2 + 2?") }, (answer) => answer.message.content[0].type === "thinking"],
        ["no thinking", { model: Reasoning, messages: user("What is 2 + 2?"), thinking: { type: "disabled" } }, (answer) => answer.message.content[0].type === "text"],
        ["an image", { model: Vision, messages: user([{ type: "text", text: "What is this?" }, { type: "image_url", imageUrl: { url: Png, detail: "low" } }]) }, hasText],
        ["sampling parameters", { messages: user("Hello"), temperature: 0.1, k: 5, p: 0.5, seed: 7, maxTokens: 10, stopSequences: ["x"], frequencyPenalty: 0.1, presencePenalty: 0.1, safetyMode: "STRICT" }, (answer) => answer.usage.billedUnits.outputTokens <= 10],
        ["logprobs", { messages: user("Hello"), logprobs: true }, (answer) => answer.logprobs.length > 0],
    ];
    for (const [what, body, check] of both) {
        const request = { model: Chat, ...body };
        const answer = await call(`${owner}.chat, ${what}`, () => client.chat(request), check);
        await call(`${owner}.chatStream, ${what}`, () => all(client.chatStream(request)), (events) => ends("message-end")(events) && streamed(events).length > 0 && streamed(events) === said(answer.message));
        if (what === "tools" && answer) {
            const turns = [
                ...user(question),
                { role: "assistant", toolPlan: answer.message.toolPlan, toolCalls: answer.message.toolCalls },
                { role: "tool", toolCallId: answer.message.toolCalls[0].id, content: [{ type: "document", document: { data: { weather: "Rain, 12 degrees" } } }] },
            ];
            await call(`${owner}.chat, tool results`, () => client.chat({ model: Chat, messages: turns, tools: [weather] }), hasText);
            await call(`${owner}.chatStream, tool results`, () => all(client.chatStream({ model: Chat, messages: turns, tools: [weather] })), has("citation-start"));
        }
    }
}

async function embed(client, owner) {
    use(owner, "embed");
    for (const type of ["float", "int8", "uint8", "binary", "ubinary", "base64"]) {
        await call(`${owner}.embed, ${type}`, () => client.embed({ model: Embed, inputType: "search_document", texts, embeddingTypes: [type] }), (answer) => answer.embeddings[type].length === 2);
    }

    await call(`${owner}.embed, images`, () => client.embed({ model: Embed, inputType: "image", images: [Png], embeddingTypes: ["float"] }), (answer) => answer.embeddings.float.length === 1);
    await call(`${owner}.embed, inputs`, () => client.embed({ model: Embed, inputType: "search_document", inputs: [{ content: [{ type: "text", text: "a" }, { type: "image_url", imageUrl: { url: Png } }] }], embeddingTypes: ["float"] }), (answer) => answer.embeddings.float.length === 1);
    await call(`${owner}.embed, options`, () => client.embed({ model: Embed, inputType: "search_query", texts, embeddingTypes: ["float"], outputDimension: 256, truncate: "START", maxTokens: 100 }), (answer) => answer.embeddings.float[0].length === 256);
    await call(`${owner}.embed, v3`, () => client.embed({ model: "embed-english-v3.0", inputType: "classification", texts, embeddingTypes: ["float", "int8"] }), (answer) => answer.embeddings.int8[0].length === 1024);
}

async function rerankAndParse(client, owner) {
    use(owner, "rerank");
    use(owner, "parse");
    await call(`${owner}.rerank`, () => client.rerank({ model: "rerank-v4.0-pro", query: "cat", documents: texts }), (answer) => answer.results[0].index === 0);
    await call(`${owner}.rerank, options`, () => client.rerank({ model: "rerank-v3.5", query: "dog", documents: texts, topN: 1, maxTokensPerDoc: 100 }), (answer) => answer.results.length === 1);
    for (const outputFormat of ["markdown", "blocks"]) {
        await call(`${owner}.parse, ${outputFormat}`, () => client.parse({ model: "parse-v5.0", document: { type: "image_url", imageUrl: Png }, outputFormat }), (answer) => answer.pages.length > 0);
    }
}

async function first() {
    for (const method of ["chat", "chatStream", "embed", "rerank", "classify", "tokenize", "detokenize", "checkApiKey", "fetch"]) {
        use("v1", method);
    }

    const both = [
        ["a message", { message: "Hello" }, (answer) => answer.text.length > 0 && answer.chatHistory.length === 2],
        ["a model, a preamble and a history", { model: "command-r-08-2024", preamble: "Be brief.", message: "Again", chatHistory: [{ role: "USER", message: "Hello" }, { role: "CHATBOT", message: "Hi" }] }, (answer) => answer.chatHistory.length === 4],
        ["documents", { message: "How long are logs kept?", documents: documentsV1 }, (answer) => answer.citations[0].documentIds.includes("a") && answer.documents[0].id === "a"],
        ["documents without citations", { message: "How long are logs kept?", documents: documentsV1, citationQuality: "OFF" }, (answer) => !answer.citations],
        ["tools", { message: question, tools: [weatherV1] }, (answer) => answer.toolCalls[0].parameters.city === "Toronto"],
        ["tool results", { message: question, tools: [weatherV1], toolResults: [{ call: { name: "get_weather", parameters: { city: "Toronto" } }, outputs: [{ weather: "Rain, 12 degrees" }] }] }, (answer) => answer.citations.length > 0],
        ["tool results in the history", { message: "", tools: [weatherV1], chatHistory: [{ role: "USER", message: question }, { role: "CHATBOT", message: "I look.", toolCalls: [{ name: "get_weather", parameters: { city: "Toronto" } }] }], toolResults: [{ call: { name: "get_weather", parameters: { city: "Toronto" } }, outputs: [{ weather: "Rain" }] }] }, (answer) => answer.text.length > 0],
        ["a JSON schema", { message: "A JSON object for Ada", responseFormat: { type: "json_object", schema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] } } }, (answer) => "name" in JSON.parse(answer.text)],
        ["sampling parameters", { message: "Hello", temperature: 0.1, k: 5, p: 0.5, seed: 7, maxTokens: 10, stopSequences: ["x"], frequencyPenalty: 0.1, presencePenalty: 0.1, promptTruncation: "AUTO", conversationId: "c", safetyMode: "CONTEXTUAL" }, (answer) => answer.meta.billedUnits.outputTokens <= 10],
    ];
    for (const [what, body, check] of both) {
        await call(`v1.chat, ${what}`, () => v1.chat(body), check);
        await call(`v1.chatStream, ${what}`, () => all(v1.chatStream(body)), (events) => events[0].eventType === "stream-start" && check(events.at(-1).response));
    }

    await call("v1.chatStream, server-sent events", async () => (await fetch(address + "/v1/chat", { method: "POST", headers: { Authorization: "Bearer " + key, Accepts: "text/event-stream" }, body: JSON.stringify({ message: "Hello", stream: true }) })).text(), (text) => text.includes("event: stream-end\ndata: {"));
    await call("v1.embed, numbers", () => v1.embed({ texts, model: "embed-english-v3.0", inputType: "search_document" }), (answer) => answer.responseType === "embeddings_floats" && answer.embeddings.length === 2);
    await call("v1.embed, types", () => v1.embed({ texts, model: Embed, inputType: "search_document", embeddingTypes: ["float", "int8", "uint8", "binary", "ubinary"] }), (answer) => answer.responseType === "embeddings_by_type" && answer.embeddings.ubinary.length === 2);
    await call("v1.embed, images", () => v1.embed({ images: [Png], model: "embed-english-v3.0", inputType: "image", embeddingTypes: ["float"] }), (answer) => answer.embeddings.float.length === 1);
    await call("v1.rerank", () => v1.rerank({ query: "cat", documents: texts, model: "rerank-v3.5" }), (answer) => answer.results[0].index === 0 && !answer.results[0].document);
    await call("v1.rerank, objects", () => v1.rerank({ query: "cat", documents: [{ text: "a dog" }, { text: "a cat", more: "x" }], topN: 1, returnDocuments: true, maxChunksPerDoc: 5 }), (answer) => answer.results[0].document.text === "a cat");
    await call("v1.rerank, rank fields", () => v1.rerank({ query: "cat", documents: [{ title: "a dog", text: "-" }, { title: "a cat", text: "-" }], rankFields: ["title", "text"] }), (answer) => answer.results[0].index === 1);
    const examples = [["good", "+"], ["great", "+"], ["bad", "-"], ["awful", "-"]].map(([text, label]) => ({ text, label }));
    await call("v1.classify", () => v1.classify({ model: "embed-english-v3.0", inputs: ["great", "awful"], examples }), (answer) => answer.classifications[0].prediction === "+");
    await call("v1.classify, truncate", () => v1.classify({ model: "embed-english-v3.0", inputs: ["great"], examples, truncate: "START" }), (answer) => answer.classifications.length === 1);
    const tokens = await call("v1.tokenize", () => v1.tokenize({ text: "hello, world", model: Chat }), (answer) => answer.tokens.length > 0);
    await call("v1.detokenize", () => v1.detokenize({ tokens: tokens?.tokens, model: Chat }), (answer) => answer.text === "hello, world");
    await call("v1.checkApiKey", () => v1.checkApiKey(), (answer) => answer.valid);
    await call("v1.fetch", async () => (await v1.fetch("/v1/models")).json(), (answer) => answer.models.length > 0);
}

async function models() {
    use("models", "list");
    use("models", "get");
    await call("models.list", () => v1.models.list(), (answer) => answer.models.length === 20);
    await call("models.list, pages", async () => {
        const page = await v1.models.list({ pageSize: 5 });
        return v1.models.list({ pageSize: 5, pageToken: page.nextPageToken });
    }, (answer) => answer.models.length === 5);
    await call("models.list, default of an endpoint", () => v1.models.list({ endpoint: "rerank", defaultOnly: true }), (answer) => answer.models.length === 1);
    await call("models.get", () => v1.models.get(Reasoning), (answer) => answer.contextLength === 288768);
}

/** A file to upload. The SDK sends streams of Node's own module as the text '[object Object]'. */
function file(name, content) {
    return new File([content], name);
}

/** Uploads a file, and waits until it's validated. */
async function upload(name, type, content, extension = "jsonl", evaluation) {
    const { id } = await v1.datasets.create(file(name + "." + extension, content), evaluation && file(name + "-eval." + extension, evaluation), { name, type });
    return settled(async () => (await v1.datasets.get(id)).dataset, (dataset) => dataset.validationStatus !== "processing" && dataset.validationStatus !== "queued");
}

async function datasetsAndJobs() {
    for (const method of ["list", "create", "getUsage", "get", "delete"]) {
        use("datasets", method);
    }

    for (const method of ["list", "create", "get", "cancel"]) {
        use("embedJobs", method);
    }

    const validated = (dataset) => dataset.validationStatus === "validated";
    const dataset = await call("datasets.create and get", () => upload("texts", "embed-input", '{"text":"a cat"}\n{"text":"a dog"}\n'), validated);
    await call("datasets.create, CSV", () => upload("table", "embed-input", "text\na cat\n", "csv"), validated);
    await call("datasets.create, evaluation data", () => upload("labels", "single-label-classification-finetune-input", '{"text":"a","label":"x"}\n', "jsonl", '{"text":"b","label":"y"}\n'), validated);
    await call("datasets.create, options", () => v1.datasets.create(file("kept.jsonl", '{"text":"a cat","other":"x"}\nnonsense\n'), undefined, { name: "kept", type: "embed-input", keepFields: ["other"], skipMalformedInput: true }), (answer) => answer.id.length > 0);
    await call("datasets.list", () => v1.datasets.list(), (answer) => answer.datasets.length >= 3);
    await call("datasets.list, filters", () => v1.datasets.list({ datasetType: "embed-input", limit: 1, offset: 1, before: new Date(Date.now() + 60000), validationStatus: "validated" }), (answer) => answer.datasets.length === 1);
    await call("datasets.getUsage", () => v1.datasets.getUsage(), (answer) => answer.organizationUsage > 0);

    for (const model of ["embed-english-v3.0", Embed]) {
        const job = await call(`embedJobs.create, ${model}`, () => v1.embedJobs.create({ model, datasetId: dataset?.id, inputType: "search_document", name: "job", embeddingTypes: ["float", "int8"], truncate: "START" }), (answer) => answer.jobId.length > 0);
        const done = await call(`embedJobs.get, ${model}`, () => settled(() => v1.embedJobs.get(job?.jobId), (item) => item.status !== "processing"), (item) => item.status === "complete");
        await call(`embedJobs.cancel of a finished job, ${model}`, async () => (await v1.embedJobs.cancel(done?.jobId), true));
        await call(`datasets.get of the result, ${model}`, () => v1.datasets.get(done?.outputDatasetId), (answer) => answer.dataset.datasetParts.length > 0);
    }

    await call("embedJobs.list", () => v1.embedJobs.list(), (answer) => answer.embedJobs.length === 2);
    await call("datasets.delete", async () => (await v1.datasets.delete(dataset?.id), true));
}

async function batches() {
    for (const method of ["list", "create", "retrieve", "cancel"]) {
        use("batches", method);
    }

    const row = (id, body) => JSON.stringify({ custom_id: id, body }) + "\n";
    const chats = await call("datasets.create, batch of chats", () => upload("chats", "batch-chat-v2-input", row("1", { messages: user("a") }) + row("2", { messages: user("b") })), (dataset) => dataset.validationStatus === "validated");
    const embeds = await call("datasets.create, batch of embeddings", () => upload("embeds", "batch-embed-v2-input", row("1", { inputs: [{ content: [{ type: "text", text: "a" }] }], input_type: "search_document" })), (dataset) => dataset.validationStatus === "validated");
    for (const [dataset, model] of [[chats, Chat], [embeds, "batch-embed-v4"]]) {
        const batch = await call(`batches.create, ${model}`, () => v1.batches.create({ name: "batch", inputDatasetId: dataset?.id, model }), (answer) => answer.batch.id.length > 0);
        await call(`batches.retrieve, ${model}`, () => settled(async () => (await v1.batches.retrieve(batch?.batch.id)).batch, (item) => item.status === "BATCH_STATUS_COMPLETED"), (item) => item.numFailedRecords === 0);
    }

    await call("batches.cancel", async () => {
        const { batch } = await v1.batches.create({ name: "stopped", inputDatasetId: chats?.id, model: Chat });
        await v1.batches.cancel(batch.id);
        return settled(async () => (await v1.batches.retrieve(batch.id)).batch, (item) => item.status === "BATCH_STATUS_CANCELED");
    });
    await call("batches.list", () => v1.batches.list({ pageSize: 2, orderBy: "created_at desc" }), (answer) => answer.batches.length === 2);
}

async function fineTuning() {
    for (const method of ["listFinetunedModels", "createFinetunedModel", "getFinetunedModel", "deleteFinetunedModel", "updateFinetunedModel", "listEvents", "listTrainingStepMetrics"]) {
        use("finetuning", method);
    }

    const lines = Array.from({ length: 4 }, (_, index) => JSON.stringify({ messages: [{ role: "User", content: "q" + index }, { role: "Chatbot", content: "a" + index }] }) + "\n").join("");
    const dataset = await call("datasets.create, fine-tuning", () => upload("talks", "chat-finetune-input", lines), (item) => item.validationStatus === "validated");
    const settings = { baseModel: { baseType: "BASE_TYPE_CHAT" }, datasetId: dataset?.id };
    const created = await call("finetuning.createFinetunedModel", () => v1.finetuning.createFinetunedModel({ name: "tuned", settings }), (answer) => answer.finetunedModel.id.length > 0);
    const id = created?.finetunedModel.id;
    await call("finetuning.getFinetunedModel", () => settled(async () => (await v1.finetuning.getFinetunedModel(id)).finetunedModel, (model) => model.status === "STATUS_READY"));
    await call("finetuning.listFinetunedModels", () => v1.finetuning.listFinetunedModels({ pageSize: 1, orderBy: "created_at" }), (answer) => answer.finetunedModels.length === 1);
    await call("finetuning.listEvents", () => v1.finetuning.listEvents(id), (answer) => answer.events.length > 0);
    await call("finetuning.listTrainingStepMetrics", () => v1.finetuning.listTrainingStepMetrics(id, { pageSize: 2 }), (answer) => answer.stepMetrics.length > 0);
    await call("finetuning.updateFinetunedModel", () => v1.finetuning.updateFinetunedModel(id, { name: "renamed", settings }), (answer) => answer.finetunedModel.name === "renamed");
    await call("finetuning.deleteFinetunedModel", async () => (await v1.finetuning.deleteFinetunedModel(id), true));
}

async function audio() {
    use("transcriptions", "create");
    const wave = Buffer.alloc(44 + 1600);
    wave.write("RIFF", 0);
    wave.writeUInt32LE(36 + 1600, 4);
    wave.write("WAVEfmt ", 8);
    wave.writeUInt32LE(16, 16);
    wave.writeUInt16LE(1, 20);
    wave.writeUInt16LE(1, 22);
    wave.writeUInt32LE(8000, 24);
    wave.writeUInt32LE(16000, 28);
    wave.writeUInt16LE(2, 32);
    wave.writeUInt16LE(16, 34);
    wave.write("data", 36);
    wave.writeUInt32LE(1600, 40);
    for (const [model, language] of [["cohere-transcribe-03-2026", "en"], ["cohere-transcribe-arabic-07-2026", "ar"]]) {
        await call(`audio.transcriptions.create, ${model}`, () => v1.audio.transcriptions.create(file("silence.wav", wave), { model, language }), (answer) => answer.text.length > 0);
    }
}

async function removed() {
    for (const method of ["generate", "generateStream", "summarize"]) {
        use("v1", method);
    }

    for (const method of ["list", "create", "get", "delete", "update", "oAuthAuthorize"]) {
        use("connectors", method);
    }

    await retired("v1.generate", () => v1.generate({ prompt: "Hello" }));
    await retired("v1.generateStream", () => v1.generateStream({ prompt: "Hello" }));
    await retired("v1.summarize", () => v1.summarize({ text: "Hello" }));
    await retired("connectors.list", () => v1.connectors.list());
    await retired("connectors.create", () => v1.connectors.create({ name: "a", url: "https://connector.example/search" }));
    await retired("connectors.get", () => v1.connectors.get("a"));
    await retired("connectors.update", () => v1.connectors.update("a", { name: "b" }));
    await retired("connectors.delete", () => v1.connectors.delete("a"));
    await retired("connectors.oAuthAuthorize", () => v1.connectors.oAuthAuthorize("a"));
}

/** The methods of the SDK, from its source. */
function methods() {
    const root = new URL("./node_modules/cohere-ai/", import.meta.url);
    const files = {
        "v1": "Client.js", "v2": "api/resources/v2/client/Client.js", "models": "api/resources/models/client/Client.js",
        "datasets": "api/resources/datasets/client/Client.js", "embedJobs": "api/resources/embedJobs/client/Client.js",
        "batches": "api/resources/batches/client/Client.js", "finetuning": "api/resources/finetuning/client/Client.js",
        "connectors": "api/resources/connectors/client/Client.js", "transcriptions": "api/resources/audio/resources/transcriptions/client/Client.js",
    };
    return Object.entries(files).flatMap(([owner, file]) =>
        [...readFileSync(new URL(file, root), "utf8").matchAll(/^ {4}(?!constructor)([a-zA-Z]\w*)\(.*requestOptions\) \{$/gm)].map((match) => owner + "." + match[1]));
}

await chat(v2, "v2");
await embed(v2, "v2");
await rerankAndParse(v2, "v2");
await first();
await models();
await datasetsAndJobs();
await batches();
await fineTuning();
await audio();
await removed();
await call("every method of the SDK", async () => methods(), (names) => names.length > 40 && names.every((name) => called.has(name)));
summarize();
