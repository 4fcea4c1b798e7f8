using System.Diagnostics.CodeAnalysis;

namespace CohereShell;

/// <summary>The formats for exporting the rows of a dataset.</summary>
public enum DatasetFileFormat
{
    /// <summary>JSON Lines: a JSON object on each line.</summary>
    Jsonl,

    /// <summary>Comma-separated values with a header line.</summary>
    Csv,

    /// <summary>An Avro object container file, as Cohere stores it.</summary>
    Avro,

    /// <summary>Objects in the pipeline.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It is the word that users of PowerShell have for it.")]
    Object,
}
