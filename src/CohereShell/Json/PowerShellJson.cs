using System.Collections;
using System.Globalization;
using System.Management.Automation.Internal;
using System.Net;
using System.Numerics;
using System.Security;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;

namespace CohereShell.Json;

/// <summary>
/// Converts PowerShell values to JSON. System.Text.Json would follow the notes that Get-Content adds to a line, and
/// ConvertTo-Json would silently cut off deep values. A value that JSON can't represent causes an error with its
/// position.
/// </summary>
internal static class PowerShellJson
{
    private const int DeepestLevel = 64;

    // Notes that providers add to each item. The item's own name and path are more useful.
    private static readonly string[] ProviderNotes = ["PSParentPath", "PSChildName", "PSDrive", "PSProvider", "PSIsContainer"];

    // Unlike a file, a folder has no default property set. These columns are used instead.
    private static readonly string[] FolderProperties = ["Mode", "LastWriteTime", "Name", "FullName"];

    /// <exception cref="NotJsonException">JSON can't represent the value.</exception>
    public static JsonElement ToElement(object? value)
    {
        using JsonDocument document = JsonDocument.Parse(ToUtf8(value), new JsonDocumentOptions { MaxDepth = DeepestLevel * 2 });
        return document.RootElement.Clone();
    }

    /// <exception cref="NotJsonException">JSON can't represent the value.</exception>
    public static byte[] ToUtf8(object? value) => ToUtf8(value, null);

    /// <summary>Converts a value within bounds. The rest is cut off, and values that JSON can't represent become texts.</summary>
    public static JsonElement ToElement(object? value, JsonBounds bounds)
    {
        using JsonDocument document = JsonDocument.Parse(ToUtf8(value, bounds));
        return document.RootElement.Clone();
    }

    /// <summary>Converts a JSON tree to an element, the form that requests contain.</summary>
    public static JsonElement FromNode(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonBody.WriterOptions))
        {
            node.WriteTo(writer);
        }

        using JsonDocument document = JsonDocument.Parse(buffer.ToArray());
        return document.RootElement.Clone();
    }

    /// <summary>Removes the wrapper that PowerShell adds to values. Objects made in script stay wrapped.</summary>
    public static object? Unwrap(object? value) =>
        value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static byte[] ToUtf8(object? value, JsonBounds? bounds)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonBody.WriterOptions))
        {
            new Walk(writer, bounds).Write(value, "$", isTop: true);
        }

        return buffer.ToArray();
    }

    private sealed class Walk(Utf8JsonWriter writer, JsonBounds? bounds)
    {
        private readonly Utf8JsonWriter _writer = writer;
        private readonly JsonBounds? _bounds = bounds;
        private readonly Stack<object> _above = new();

        private bool IsFull => _bounds is not null && _writer.BytesCommitted + _writer.BytesPending > _bounds.Size;

        public void Write(object? value, string path, bool isTop = false)
        {
            // A script property without output returns AutomationNull.
            object? plain = ReferenceEquals(value, AutomationNull.Value) ? null : Unwrap(value);
            switch (plain)
            {
                case null or DBNull:
                    _writer.WriteNullValue();
                    break;
                case string text:
                    WriteText(text);
                    break;
                case JsonElement element:
                    element.WriteTo(_writer);
                    break;
                case bool or SwitchParameter:
                    _writer.WriteBooleanValue(plain is true or SwitchParameter { IsPresent: true });
                    break;
                case ScriptBlock or Delegate or SecureString or PSCredential or NetworkCredential or Stream:
                    Refuse(path, $"a {plain.GetType().Name} can't be represented in JSON", $"({plain.GetType().Name})");
                    break;
                case Enum or char or Guid or Uri or Version or TimeSpan or IFormattable when IsText(plain):
                    _writer.WriteStringValue(TextOf(plain));
                    break;
                case IFormattable number when IsNumber(number):
                    WriteNumber(number, path);
                    break;
                case XmlNode node:
                    WriteText(XmlData.TextOf(node)!);
                    break;
                case IDictionary dictionary:
                    Inside(dictionary, path, () => WriteDictionary(dictionary, path));
                    break;
                case IEnumerable items:
                    Inside(items, path, () => WriteItems(items, path));
                    break;
                case PSObject custom:
                    Inside(custom, path, () => WriteProperties(Useful(custom.Properties), path));
                    break;
                default:
                    WriteObject(value!, plain, path, isTop);
                    break;
            }
        }

        // For a .NET object, the properties that Format-List shows are used, and the text of the objects inside it. A
        // file or a process as a whole is an endless graph.
        private void WriteObject(object value, object plain, string path, bool isTop)
        {
            if (XmlData.TextOf(plain) is { } xml)
            {
                WriteText(xml);
                return;
            }

            if (TableData.ColumnsOf(plain) is { } columns)
            {
                Inside(plain, path, () => WriteColumns(columns, path));
                return;
            }

            if (TableData.RowsOf(plain) is { } rows)
            {
                Inside(plain, path, () => WriteItems(rows, path));
                return;
            }

            if (!isTop && _above.Any(above => above is not IEnumerable and not PSObject))
            {
                WriteTextOf(plain, path);
                return;
            }

            PSObject wrapped = PSObject.AsPSObject(value);
            Inside(plain, path, () => WriteProperties(Shown(wrapped), path));
        }

        private IEnumerable<PSPropertyInfo> Shown(PSObject value)
        {
            if (_bounds is not null && value.BaseObject is DirectoryInfo)
            {
                return Named(value, FolderProperties);
            }

            var standard = value.Members["PSStandardMembers"]?.Value as PSMemberSet;
            return standard?.Members["DefaultDisplayPropertySet"] is PSPropertySet shown
                ? Named(value, shown.ReferencedPropertyNames.Concat(KeysOf(value)).Distinct(StringComparer.OrdinalIgnoreCase))
                : Useful(value.Properties);
        }

        private IEnumerable<PSPropertyInfo> Useful(IEnumerable<PSPropertyInfo> properties) =>
            _bounds is null ? properties : properties.Where(property => property is not PSNoteProperty || !ProviderNotes.Contains(property.Name));

        private static IEnumerable<PSPropertyInfo> Named(PSObject value, IEnumerable<string> names) =>
            names.Select(name => value.Properties[name]).OfType<PSPropertyInfo>();

        // The default properties of a file don't include the folder, which is required to use the file.
        private IEnumerable<string> KeysOf(PSObject value) => _bounds is not null && value.BaseObject is FileSystemInfo ? [nameof(FileSystemInfo.FullName)] : [];

        private void WriteText(string text)
        {
            _writer.WriteStringValue(_bounds is null ? text : _bounds.Fit(text, IsFull ? 0 : _bounds.TextLength));
        }

        private void WriteName(string name) => _writer.WritePropertyName(_bounds is null ? name : _bounds.Fit(name, JsonBounds.NameLength));

        // ToString of a user's type may fail.
        private void WriteTextOf(object value, string path)
        {
            string? text = JsonBounds.TextOf(value);
            if (text is null)
            {
                Refuse(path, $"a {value.GetType().Name} can't be converted to text", JsonBounds.NameOf(value));
            }
            else
            {
                WriteText(text);
            }
        }

        /// <summary>Throws for a value that JSON can't represent, or writes a text if bounds are set.</summary>
        private void Refuse(string path, string reason, string text)
        {
            if (_bounds is null)
            {
                throw new NotJsonException(path, reason);
            }

            _writer.WriteStringValue(text);
        }

        private void WriteDictionary(IDictionary dictionary, string path)
        {
            _writer.WriteStartObject();
            foreach (DictionaryEntry entry in Each(() => dictionary.GetEnumerator(), path).OfType<DictionaryEntry>())
            {
                if (IsFull)
                {
                    _bounds!.CutItems();
                    break;
                }

                string name = JsonBounds.TextOf(Unwrap(entry.Key)!) ?? JsonBounds.NameOf(entry.Key);
                WriteName(name);
                Write(entry.Value, path + "." + name);
            }

            _writer.WriteEndObject();
        }

        private void WriteItems(IEnumerable items, string path)
        {
            _writer.WriteStartArray();
            int index = 0;
            foreach (object? item in Each(items.GetEnumerator, path))
            {
                if (IsFull || index >= _bounds?.Items)
                {
                    _bounds!.CutItems();
                    break;
                }

                Write(item, FormattableString.Invariant($"{path}[{index++}]"));
            }

            _writer.WriteEndArray();
        }

        private void WriteColumns(IEnumerable<KeyValuePair<string, object?>> columns, string path)
        {
            _writer.WriteStartObject();
            foreach (KeyValuePair<string, object?> column in columns)
            {
                if (IsFull)
                {
                    _bounds!.CutItems();
                    break;
                }

                WriteName(column.Key);
                Write(column.Value, path + "." + column.Key);
            }

            _writer.WriteEndObject();
        }

        private void WriteProperties(IEnumerable<PSPropertyInfo> properties, string path)
        {
            _writer.WriteStartObject();
            foreach (PSPropertyInfo property in properties)
            {
                if (IsFull)
                {
                    _bounds!.CutItems();
                    break;
                }

                WriteName(property.Name);
                Write(ValueOf(property), path + "." + property.Name);
            }

            _writer.WriteEndObject();
        }

        // If a user's enumerator fails, the list ends. With bounds, a part is better than an error.
        private IEnumerable<object?> Each(Func<IEnumerator> begin, string path)
        {
            IEnumerator? items = Read(begin, path);
            if (items is null)
            {
                yield break;
            }

            try
            {
                Func<bool> next = items.MoveNext;
                while (Read(next, path))
                {
                    yield return items.Current;
                }
            }
            finally
            {
                (items as IDisposable)?.Dispose();
            }
        }

        private T? Read<T>(Func<T> read, string path)
        {
            try
            {
                return read();
            }
            catch (Exception exception) when (exception is not PipelineStoppedException)
            {
                if (_bounds is null)
                {
                    throw new NotJsonException(path, $"the list can't be read: {exception.Message}");
                }

                _bounds.CutItems();
                return default;
            }
        }

        // Some properties throw if the object has ended or the user has no permission. They count as empty.
        private static object? ValueOf(PSPropertyInfo property)
        {
            try
            {
                return property.Value;
            }
            catch (GetValueException)
            {
                return null;
            }
        }

        private void Inside(object value, string path, Action write)
        {
            object identity = value is PSObject wrapped ? wrapped.BaseObject is PSCustomObject ? wrapped : wrapped.BaseObject : value;
            if (_above.Any(above => ReferenceEquals(above, identity)))
            {
                Refuse(path, "the value contains itself", "(the object above)");
                return;
            }

            if (_above.Count >= _bounds?.Depth)
            {
                _writer.WriteStringValue(_bounds.Cut(identity));
                return;
            }

            if (_above.Count >= DeepestLevel)
            {
                throw new NotJsonException(path, FormattableString.Invariant($"the value is nested deeper than {DeepestLevel} levels"));
            }

            _above.Push(identity);
            write();
            _above.Pop();
        }

        private static bool IsText(object value) => value is Enum or char or Guid or Uri or Version or TimeSpan or DateTime or DateTimeOffset
            || (value is IFormattable && !IsNumber(value) && value.GetType().Namespace == "System");

        private static bool IsNumber(object value) => value
            is byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal or BigInteger;

        private static string TextOf(object value) => value switch
        {
            Enum name => name.ToString(),
#if NET
            DateOnly or TimeOnly or
#endif
            DateTime or DateTimeOffset => ((IFormattable)value).ToString("o", CultureInfo.InvariantCulture),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? string.Empty,
        };

        private void WriteNumber(IFormattable number, string path)
        {
            switch (number)
            {
                case double and (double.NaN or double.PositiveInfinity or double.NegativeInfinity):
                case float and (float.NaN or float.PositiveInfinity or float.NegativeInfinity):
                    Refuse(path, $"JSON has no {number.ToString(null, CultureInfo.InvariantCulture)}", number.ToString(null, CultureInfo.InvariantCulture));
                    break;
                case double value:
                    _writer.WriteFraction(value);
                    break;
                case float value:
                    _writer.WriteFraction(value);
                    break;
                default:
                    _writer.WriteRawValue(number.ToString(null, CultureInfo.InvariantCulture));
                    break;
            }
        }
    }
}

/// <summary>A value that JSON can't represent, and its position.</summary>
public sealed class NotJsonException : Exception
{
    internal NotJsonException(string path, string reason)
        : base($"{char.ToUpperInvariant(reason[0])}{reason.Substring(1)} (at {path}).") => Path = path;

    /// <summary>The position of the value: <c>$.tags[2]</c>.</summary>
    public string Path { get; }
}
