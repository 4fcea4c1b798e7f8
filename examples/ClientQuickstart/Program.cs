using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using CohereShell.Transport;

namespace CohereShell.Examples;

/// <summary>
/// Uses the client library in C#: chat, a conversation, streaming, citations, models and usage. If CO_API_KEY is set, it
/// uses Cohere. Otherwise, it uses the emulator.
/// </summary>
internal static class Program
{
    private static async Task Main()
    {
        string? key = Environment.GetEnvironmentVariable("CO_API_KEY");
        var options = key is { Length: > 0 }
            ? new CohereSessionOptions { ApiKey = key, ApiKeySource = "environment variable CO_API_KEY" }
            : new CohereSessionOptions
            {
                ApiKey = "emulator",
                ApiKeySource = "emulator",
                BaseUri = new Uri("http://localhost"),
                Handler = new CohereEmulatorHandler(new CohereEmulatorOptions()),
            };
        using var session = new CohereSession(options, () => new ResilientTransport());
        var client = new CohereClient(session);
        Console.WriteLine($"Connected: {session}");

        ChatResponse answer = await client.Chat.SendAsync(Ask("What is Active Directory?"));
        Console.WriteLine($"\n> What is Active Directory?\n{answer}");

        answer = await client.Chat.SendAsync(Ask("And its FSMO roles?", answer.History));
        Console.WriteLine($"\n> And its FSMO roles?\n{answer}");

        Console.WriteLine("\n> Explain event 4625 (as it arrives)");
        await foreach (ChatStreamEvent item in client.Chat.StreamAsync(Ask("Explain event 4625")))
        {
            Console.Write(item);
        }

        answer = await client.Chat.SendAsync(Ask("How long are logs kept?") with
        {
            Documents = [new ChatDocument("Logs are kept for 90 days."), new ChatDocument("Backups run every night.")],
        });
        Console.WriteLine($"\n\n> How long are logs kept? (two documents)\n{answer}");
        foreach (Citation citation in answer.Citations)
        {
            Console.WriteLine($"  {citation}");
        }

        List<CohereModel> models = [];
        await foreach (CohereModel model in client.Models.ListAsync(ModelEndpoint.Chat))
        {
            models.Add(model);
        }

        Console.WriteLine($"\n{models.Count} models for chat. The first one is {models.First()}.");
        foreach (UsageRecord usage in session.GetUsage())
        {
            Console.WriteLine($"{usage.Operation} {usage.Model}: {usage.Calls} call(s), {usage.InputTokens} tokens in, {usage.OutputTokens} out");
        }
    }

    private static ChatRequest Ask(string question, IEnumerable<ChatMessage>? history = null) =>
        new() { Messages = [.. history ?? [], new ChatMessage(ChatRole.User, question)] };
}
