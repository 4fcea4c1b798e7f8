using System.Text;

namespace CohereShell.Emulation;

/// <summary>Composes JSON answers: an instance of the schema, or an object that repeats the message.</summary>
internal static class JsonAnswer
{
    internal static string Write(ChatInput request)
    {
        string message = request.LastUserTurn.Text;
        return Encoding.UTF8.GetString(EmulatorJson.Write(writer =>
        {
            if (request.Schema is { } schema)
            {
                new SchemaInstance(schema, message).Write(writer);
                return;
            }

            writer.WriteStartObject();
            writer.WriteString("message", message);
            writer.WriteStartArray("words");
            foreach (string word in Words.Meaning(message))
            {
                writer.WriteStringValue(word);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }));
    }
}
