// Drives LangChain's package for Cohere at an emulator: chat, streams, tools, embeddings and rerank.
import { ChatCohere, CohereEmbeddings, CohereRerank } from "@langchain/cohere";
import { HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { Document } from "@langchain/core/documents";
import { CohereClient } from "cohere-ai";
import { all, call, summarize, target } from "./calls.mjs";

const { address, key } = target();
const client = new CohereClient({ token: key, environment: address, maxRetries: 0 });
const options = { client, apiKey: key, maxRetries: 0 };
const chat = new ChatCohere({ ...options, model: "command-a-03-2025" });
const question = new HumanMessage("What is the weather in Toronto?");
const weather = {
    type: "function",
    function: {
        name: "get_weather",
        description: "Gets the weather of a city",
        parameters: { type: "object", properties: { city: { type: "string", description: "The city" } }, required: ["city"] },
    },
};

await call("chat", () => chat.invoke("Hello"), (answer) => answer.content.length > 0 && answer.usage_metadata.total_tokens > 0);
await call("chat, messages", () => chat.invoke([new SystemMessage("Be brief."), new HumanMessage("Hello")]), (answer) => answer.content.length > 0);
await call("chat, documents", () => chat.invoke([new HumanMessage("How long are logs kept?")], { documents: [{ id: "a", text: "Security logs are kept for 400 days." }] }), (answer) => answer.additional_kwargs.citations.length > 0);
await call("stream", () => all(chat.stream("Hello")), (chunks) => chunks.length > 2 && chunks.map((chunk) => chunk.content).join("").length > 0);

const bound = chat.bindTools([weather]);
const asked = await call("tools", () => bound.invoke([question]), (answer) => answer.tool_calls[0].name === "get_weather" && answer.tool_calls[0].args.city === "Toronto");
await call("tools, stream", () => all(bound.stream([question])), (chunks) => chunks.some((chunk) => chunk.tool_calls?.length || chunk.tool_call_chunks?.length));
await call("tools, results", () => bound.invoke([question, asked, new ToolMessage({ content: '{"weather":"Rain, 12 degrees"}', name: "get_weather", tool_call_id: asked.tool_calls[0].id })]), (answer) => answer.content.length > 0);

const embeddings = new CohereEmbeddings({ ...options, model: "embed-v4.0", inputType: "search_document" });
await call("embedQuery", () => embeddings.embedQuery("a cat"), (vector) => vector.length === 1536);
await call("embedDocuments", () => embeddings.embedDocuments(["a cat", "a dog"]), (vectors) => vectors.length === 2);

const rerank = new CohereRerank({ ...options, model: "rerank-v3.5", topN: 1 });
await call("rerank", () => rerank.rerank([new Document({ pageContent: "a dog" }), new Document({ pageContent: "a cat" })], "cat"), (results) => results[0].index === 1);
await call("compressDocuments", () => rerank.compressDocuments([new Document({ pageContent: "a dog" }), new Document({ pageContent: "a cat" })], "cat"), (found) => found[0].pageContent === "a cat");

summarize();
